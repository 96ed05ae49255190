10 REM Plotter
20 REM A pocket calculator with a memory, and curves of functions of x.
30 REM What you type is BASIC: 2*PI, SQR 2, (3+4)^2, SIN x, x*x-3 ...
40 REM After a mistake type GO TO 200; nothing is lost.
100 POKE 23658,0: LET m=0: LET x=0: LET xa=-8: LET xb=8: LET c$="SIN x*x/2": GO SUB 8000: LET f$=c$
200 REM --- the menu ---
210 BORDER 1: PAPER 1: INK 7: BRIGHT 0: OVER 0: CLS
220 PRINT AT 1,9; INK 6; BRIGHT 1;"P L O T T E R"
230 PRINT AT 5,4; INK 5;"1"; INK 7;"  Calculate"; AT 7,4; INK 5;"2"; INK 7;"  Draw  "; INK 6;f$; AT 9,4; INK 5;"3"; INK 7;"  Another function"; AT 11,4; INK 5;"4"; INK 7;"  From x = "; INK 6;xa; INK 7;" to "; INK 6;xb; AT 13,4; INK 5;"5"; INK 7;"  Table"; AT 15,4; INK 5;"6"; INK 7;"  Examples"; AT 17,4; INK 5;"7"; INK 7;"  End"
240 PRINT AT 20,0; INK 5;"If a mistake stops BASIC, type"; AT 21,0; INK 6;"GO TO 200"; INK 5;" to come back here."
250 IF INKEY$<>"" THEN GO TO 250
260 LET k$=INKEY$: IF k$<"1" OR k$>"7" THEN GO TO 260
270 CLS : GO TO 1000*VAL k$
1000 REM --- the calculator: m is the last result ---
1010 PRINT INK 6;"Calculator"'' INK 5;"A sum, or ENTER alone to return."'"m is the last result."''
1020 INPUT "? "; LINE c$: IF c$="" THEN GO TO 200
1030 GO SUB 8000: PRINT INK 7;c$: LET m=VAL c$: PRINT INK 6;TAB 12;"= ";m: GO TO 1020
2000 REM --- the curve: first its largest and smallest value ---
2010 LET lo=1E30: LET hi=-1E30: PRINT AT 0,0; INK 6;f$
2020 FOR i=0 TO 255 STEP 5: LET x=xa+(i+.37)*(xb-xa)/256: LET y=VAL f$
2030 IF y<lo THEN LET lo=y
2040 IF y>hi THEN LET hi=y
2050 NEXT i: IF hi-lo>1000 THEN LET lo=-10: LET hi=10
2060 IF hi=lo THEN LET hi=hi+1: LET lo=lo-1
2070 LET d=(hi-lo)*.05: LET lo=lo-d: LET hi=hi+d
2100 REM the axes, and marks at whole numbers
2110 LET s=256/(xb-xa): LET v=160/(hi-lo): INK 5
2120 IF lo<0 AND hi>0 THEN LET y=-lo*v: PLOT 0,y: DRAW 255,0: IF xb-xa<60 THEN FOR i=INT xa+1 TO INT (xb-.001): PLOT (i-xa)*s,y: DRAW 0,2: NEXT i
2130 IF xa<0 AND xb>0 THEN LET i=-xa*s: PLOT i,0: DRAW 0,160: IF hi-lo<40 THEN FOR j=INT lo+1 TO INT hi: PLOT i,(j-lo)*v: DRAW 2,0: NEXT j
2200 REM the curve
2210 INK 6: LET old=-1: FOR i=0 TO 255: LET x=xa+(i+.37)/s: LET y=INT ((VAL f$-lo)*v+.5)
2220 IF y<0 OR y>160 THEN LET old=-1: GO TO 2250
2230 IF old<0 OR ABS (y-old)>120 THEN PLOT BRIGHT 1;i,y: GO TO 2250
2240 PLOT BRIGHT 1;i-1,old: DRAW BRIGHT 1;1,y-old
2250 LET old=y*(y>=0 AND y<=160)-(y<0 OR y>160): NEXT i: INK 7
2260 PRINT #1; AT 0,0;"y from ";INT (lo*100+.5)/100;" to ";INT (hi*100+.5)/100; AT 1,0;"Any key": PAUSE 0: GO TO 200
3000 REM --- another function ---
3010 PRINT INK 6;"A function of x"'' INK 5;"For instance"'' INK 7;"x*x-4"'"SIN x+SIN (3*x)/3"'"EXP (-x*x/8)"'"ABS x*SGN (SIN x)"'' INK 5;"Where x makes no sense (1/0, the"'"root of -1) BASIC stops."
3020 INPUT "y= "; LINE c$: IF c$<>"" THEN GO SUB 8000: LET x=xa+.01: LET y=VAL c$: LET f$=c$
3030 GO TO 200
4000 REM --- from where to where ---
4010 INPUT "x from ";xa;" to ";xb: IF xb<=xa THEN PRINT AT 10,0; INK 6;"The second must be larger.": GO TO 4010
4020 GO TO 200
5000 REM --- a table ---
5010 PRINT INK 6;"x",f$: FOR i=0 TO 18: LET x=xa+i*(xb-xa)/18: LET x=INT (x*1000+.5)/1000: PRINT INK 5;x, INK 7;: PRINT VAL f$: NEXT i
5020 PRINT #1; AT 1,0;"Any key": PAUSE 0: GO TO 200
6000 REM --- examples ---
6010 RESTORE 9000: PRINT INK 6;"Examples"'': FOR i=1 TO 8: READ c$,p,q: PRINT INK 5;i; INK 7;"  ";c$': NEXT i
6020 IF INKEY$<>"" THEN GO TO 6020
6030 LET k$=INKEY$: IF k$<"1" OR k$>"8" THEN GO TO 6030
6040 RESTORE 9000: FOR i=1 TO VAL k$: READ c$,xa,xb: NEXT i: GO SUB 8000: LET f$=c$: CLS : GO TO 2000
7000 INK 0: PAPER 7: BORDER 7: CLS : STOP
8000 REM --- names of functions in c$ become BASIC's keywords, which VAL understands ---
8010 RESTORE 8100: FOR n=1 TO 15: READ n$,k: LET l=LEN n$-1: LET i=1
8020 IF i+l>LEN c$ THEN GO TO 8070
8030 FOR j=0 TO l: LET c=CODE c$(i+j): IF c>=97 AND c<=122 THEN LET c=c-32
8040 IF CHR$ c<>n$(j+1) THEN GO TO 8060
8050 NEXT j: LET r=i+l+1: IF r<=LEN c$ THEN IF c$(r)=" " THEN LET r=r+1
8055 LET c$=c$( TO i-1)+CHR$ k+c$(r TO )
8060 LET i=i+1: GO TO 8020
8070 NEXT n: RETURN
8100 DATA "SIN",178,"COS",179,"TAN",180,"ASN",181,"ACS",182,"ATN",183,"LN",184,"EXP",185,"INT",186,"SQR",187,"SGN",188,"ABS",189,"PI",167,"RND",165,"NOT",195
9000 DATA "SIN x*x/2",-8,8
9010 DATA "x*x*x-4*x",-3,3
9020 DATA "SIN x+SIN (3*x)/3+SIN (5*x)/5",-7,7
9030 DATA "EXP (-x*x/2)",-4,4
9040 DATA "SIN x/x",-20,20
9050 DATA "TAN x",-5,5
9060 DATA "SQR ABS x*COS (x*2)",-9,9
9070 DATA "INT x/2-INT (x/2)",-6,6
