10 REM Canon
20 REM Johann Pachelbel's Canon in D (about 1690), its best known turns, arranged for three voices.
30 REM The second voice plays what the first did, a turn later; the third repeats its eight notes.
40 REM This is for 128 BASIC: 48 BASIC has no PLAY.
100 POKE 23658,0: GO SUB 8000
110 BORDER 0: PAPER 0: INK 7: CLS
120 PRINT AT 0,0; PAPER 1; INK 7; BRIGHT 1;"    Canon in D, J. Pachelbel    "
130 PRINT AT 2,0; INK 6; BRIGHT 1;"Violin 1"; INK 5;"  Violin 2"; INK 2;"  Bass"
140 PRINT AT 21,0; INK 7;"High to low, left to right"
200 REM --- seven turns ---
210 FOR n=1 TO 7: LET b$=r$: IF n>1 THEN LET b$=p$(n-1)
220 IF n<7 THEN LET a$=p$(n)
240 IF n=7 THEN LET a$=e$: LET b$=f$: LET c$=g$
250 PRINT AT 2,25; INK 7;n;" of 7": GO SUB 6000
260 PLAY t$+a$,t$+b$,t$+c$
270 IF INKEY$<>"" THEN GO TO 300
280 NEXT n
300 PRINT AT 21,0; INK 7;"Again? (y/n)              "
310 LET k$=INKEY$: IF k$="n" OR k$="N" THEN INK 0: PAPER 7: BORDER 7: CLS : STOP
320 IF k$<>"y" AND k$<>"Y" THEN GO TO 310
330 PRINT AT 21,0; INK 7;"High to low, left to right": GO SUB 8050: GO TO 200
6000 REM --- the three strings drawn as notes ---
6010 FOR i=4 TO 20: PRINT AT i,0; BRIGHT 0,,: NEXT i
6020 LET q$=c$: LET i=2: GO SUB 6100
6030 LET q$=b$: LET i=5: GO SUB 6100
6040 LET q$=a$: LET i=6: GO SUB 6100
6050 RETURN
6100 REM q$ is drawn with ink i: t is the time, o the octave, d the length, s for a sharp
6110 LET t=0: LET o=5: LET d=5: LET s=0
6120 FOR j=1 TO LEN q$: LET k=CODE q$(j)
6125 IF k=32 THEN RETURN
6127 IF k=78 THEN GO TO 6230
6130 IF k=79 THEN LET j=j+1: LET o=VAL q$(j): GO TO 6230
6140 IF k>=48 AND k<=57 THEN LET d=k-48: GO TO 6230
6150 IF k=35 THEN LET s=1: GO TO 6230
6160 IF k=38 THEN LET t=t+l(d): GO TO 6230
6170 LET y=12*o+s: IF k<97 THEN LET y=y+12: LET k=k+32
6180 LET y=y+m(k-96)
6190 LET y=3*(y-26)+10: LET x=t*3.9+2
6200 LET w=l(d)*3.9-3: INK i
6210 PLOT BRIGHT 1;x,y: DRAW BRIGHT 1;w,0: PLOT BRIGHT 1;x,y+1: DRAW BRIGHT 1;w,0
6220 INK 7: LET s=0: LET t=t+l(d)
6230 NEXT j: RETURN
8000 REM --- the music ---
8010 LET t$="T120V12": REM the tempo counts in the first string only
8020 DIM m(7): RESTORE 8100: FOR i=1 TO 7: READ m(i): NEXT i: DIM l(9): FOR i=1 TO 9: READ l(i): NEXT i
8030 DIM p$(6,100): FOR i=1 TO 6: READ q$: LET p$(i)=q$: NEXT i
8040 LET r$="N9&&&&": REM four bars of rest
8050 LET c$="O2N7Dab#fgdga"
8060 LET e$="O4N9#F": LET f$="O4N9d": LET g$="O2N9da"
8070 RETURN
8100 DATA 9,11,0,2,4,5,7: REM semitones from C of a to g
8110 DATA 1,1.5,2,3,4,6,8,12,16: REM semiquavers in lengths 1 to 9
8120 DATA "O4N7#FED#Cbab#C"
8130 DATA "O4N7D#Cbag#fge"
8140 DATA "O4N5d#fag#fd#fedO3bO4dagbag"
8150 DATA "O4N5#fde#CD#FAabga#fdDD#C"
8160 DATA "O4N3A1#FG3A1#FGAab#CDE#FG3#F1DE3#F1#fgabaga#fga3g1ba3g1#fe#fede#fgab3g1ba3b1#CDab#CDE#FGA"
8170 DATA "O4N5D#F#CEbDa#Cgb#fagba#C"
