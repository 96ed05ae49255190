10 REM Maze
20 REM A labyrinth that is new each time. Collect all the gold, then find the way out.
100 GO SUB 8000: LET best=0
200 REM --- the title ---
210 BORDER 0: PAPER 0: INK 7: BRIGHT 0: FLASH 0: CLS
220 FOR i=0 TO 31: PRINT AT 2,i; INK 1; BRIGHT 1;"\a"; AT 6,i;"\a": NEXT i
230 PRINT AT 4,12; INK 6; BRIGHT 1;"M A Z E"
240 PRINT AT 8,3; INK 6; BRIGHT 1;"\b"; BRIGHT 0; INK 7;" You. Cursor keys or Q A O P"
250 PRINT AT 10,3; INK 6; BRIGHT 1;"\c"; BRIGHT 0; INK 7;" Gold: take all of it,"; AT 11,5;"then the door opens."
260 PRINT AT 13,3; INK 4; BRIGHT 1;"\e"; BRIGHT 0; INK 7;" The door to the next maze"
270 PRINT AT 15,3; INK 2; BRIGHT 1;"\d"; BRIGHT 0; INK 7;" Ghosts, more in each maze"
280 PRINT AT 17,3; INK 5; BRIGHT 1;"\f"; BRIGHT 0; INK 7;" A charm: ghosts stand still"
290 PRINT AT 19,3;"Best score: ";best; AT 21,5; FLASH 1;" Press any key to play "
295 GO SUB 9000
300 LET score=0: LET lives=3: LET level=0
310 REM --- a new maze ---
320 LET level=level+1: GO SUB 7000
330 REM --- begin, also after a ghost ---
340 LET y=2: LET x=1: LET ny=0: LET nx=0: LET still=0: LET count=0
350 FOR i=1 TO ghosts: LET u(i)=2+2*INT (RND*10): LET w(i)=17+2*INT (RND*7): LET a(i)=0: LET b(i)=0: LET c(i)=ATTR (u(i),w(i)): NEXT i
360 GO SUB 6500: PRINT AT y,x; INK 6; BRIGHT 1;"\b": FOR i=1 TO ghosts: PRINT AT u(i),w(i); INK 2; BRIGHT 1;"\d": NEXT i
400 REM --- a step: four frames ---
410 LET t=PEEK 23672
420 LET k$=INKEY$: IF k$<>"" THEN GO SUB 900
430 LET e=PEEK 23672-t: IF e<0 THEN LET e=e+256
440 IF e<4 THEN GO TO 420
450 IF INKEY$="" THEN LET ny=0: LET nx=0
460 REM you
470 IF ny=0 AND nx=0 THEN GO TO 520
480 LET c=ATTR (y+ny,x+nx): IF c=65 OR c=68 AND gold>0 THEN GO TO 520
490 PRINT AT y,x;" ": LET y=y+ny: LET x=x+nx: PRINT AT y,x; INK 6; BRIGHT 1;"\b"
500 IF c=68 THEN GO TO 700
505 IF c=66 AND still=0 THEN GO TO 800
510 IF c=70 OR c=69 THEN GO SUB 750
520 REM the ghosts, every second step
530 LET count=count+1: IF still>0 THEN LET still=still-1: IF still=0 THEN GO SUB 6500
540 IF still>0 OR count/2<>INT (count/2) THEN GO TO 560
550 FOR i=1 TO ghosts: GO SUB 6000: NEXT i
560 FOR i=1 TO ghosts: IF u(i)=y AND w(i)=x AND still=0 THEN GO TO 800
570 NEXT i: GO TO 400
700 REM --- through the door ---
710 LET score=score+50*level: FOR i=0 TO 16 STEP 4: BEEP .06,i: NEXT i
720 GO TO 310
750 REM --- gold, or a charm ---
770 IF c=69 THEN LET still=60: BEEP .05,24: GO SUB 6500: RETURN
780 LET gold=gold-1: LET score=score+10: BEEP .02,12: BEEP .02,16: GO SUB 6500
790 IF gold=0 THEN PRINT AT 20,29; INK 4; BRIGHT 1; FLASH 1;"\e"; FLASH 0: BEEP .1,19: PRINT AT 20,29; INK 4; BRIGHT 1;"\e"
795 RETURN
800 REM --- caught ---
810 FOR i=1 TO 10: BORDER 2: BEEP .02,-2*i: BORDER 0: NEXT i
820 LET lives=lives-1: GO SUB 6500: IF lives=0 THEN GO TO 850
830 PRINT AT y,x;" ": FOR i=1 TO ghosts: LET c=c(i): GO SUB 6300: NEXT i
840 GO TO 330
850 PRINT AT 10,10; PAPER 2; INK 7; BRIGHT 1;" GAME  OVER "
860 IF score>best THEN LET best=score: PRINT AT 12,5; PAPER 1; INK 6; BRIGHT 1;" The best score so far "
870 PAUSE 50: PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: GO TO 200
900 REM --- a key: which way ---
910 LET d=(k$="p" OR k$="8" OR k$=CHR$ 9)-(k$="o" OR k$="5" OR k$=CHR$ 8)
920 LET e=(k$="a" OR k$="6" OR k$=CHR$ 10)-(k$="q" OR k$="7" OR k$=CHR$ 11)
930 IF d OR e THEN LET nx=d: LET ny=e
940 RETURN
6000 REM --- ghost i: on, but never back while there is another way; towards you where it can ---
6010 LET p=SGN (y-u(i)): LET q=SGN (x-w(i)): IF RND<.4 THEN LET p=0: LET q=0
6020 LET m=99: LET g=0: LET h=0
6030 FOR n=0 TO 3: LET d=(n=0)-(n=1): LET e=(n=2)-(n=3)
6040 LET c=ATTR (u(i)+d,w(i)+e): IF c=65 OR c=68 OR c=66 THEN GO TO 6070
6050 LET r=RND+3*(d=-a(i) AND e=-b(i))-(d=p AND p<>0)-(e=q AND q<>0)
6060 IF r<m THEN LET m=r: LET g=d: LET h=e
6070 NEXT n: IF m=99 THEN RETURN
6080 LET c=c(i): GO SUB 6300
6090 LET a(i)=g: LET b(i)=h: LET u(i)=u(i)+g: LET w(i)=w(i)+h: LET c(i)=ATTR (u(i),w(i))
6100 IF u(i)=y AND w(i)=x THEN LET c(i)=7
6110 PRINT AT u(i),w(i); INK 2; BRIGHT 1;"\d": RETURN
6300 REM --- what is under ghost i ---
6310 IF c=70 THEN PRINT AT u(i),w(i); INK 6; BRIGHT 1;"\c": RETURN
6320 IF c=69 THEN PRINT AT u(i),w(i); INK 5; BRIGHT 1;"\f": RETURN
6330 IF c=68 THEN PRINT AT u(i),w(i); INK 4; BRIGHT 1;"\e": RETURN
6340 PRINT AT u(i),w(i);" ": RETURN
6500 REM --- the score ---
6510 PRINT AT 0,0; INK 5;"Maze ";level; AT 0,8;"Score "; INK 7;score; INK 5; AT 0,19;"Gold "; INK 7;gold;" "; AT 0,27; INK 6;"\b"; INK 7;lives;" "; INK 5;("\f" AND still>0)+(" " AND still=0)
6520 RETURN
7000 REM --- a maze of 15 by 10 cells, dug by going on as long as there is a way ---
7010 CLS : FOR i=1 TO 21: PRINT AT i,0; INK 1; BRIGHT 1;w$: NEXT i
7020 DIM s(150): LET n=1: LET cy=1+INT (RND*10): LET cx=1+INT (RND*15): LET s(1)=100*cy+cx: LET left=149
7030 PRINT AT 2*cy,2*cx-1;" "
7040 IF left=0 THEN GO TO 7150
7050 LET d$="": FOR i=1 TO 4: LET ey=cy+(i=1)-(i=2): LET ex=cx+(i=3)-(i=4)
7060 IF ey<1 OR ey>10 OR ex<1 OR ex>15 THEN GO TO 7080
7070 IF ATTR (2*ey,2*ex-1)=65 THEN LET d$=d$+STR$ i
7080 NEXT i
7090 IF d$="" THEN LET n=n-1: LET cy=INT (s(n)/100): LET cx=s(n)-100*cy: GO TO 7050
7100 LET i=VAL d$(1+INT (RND*LEN d$)): LET ey=(i=1)-(i=2): LET ex=(i=3)-(i=4)
7110 PRINT AT 2*cy+ey,2*cx-1+ex;" ": LET cy=cy+ey: LET cx=cx+ex: LET n=n+1: LET s(n)=100*cy+cx: LET left=left-1
7120 GO TO 7030
7150 REM some walls fall, so that ghosts can be led round in circles
7160 FOR i=1 TO 14: LET gy=2+INT (RND*18): LET gx=1+2*INT (RND*14)+(gy=2*INT (gy/2))
7170 PRINT AT gy,gx;" ": NEXT i
7200 LET gold=0: LET n=6+2*level: IF n>20 THEN LET n=20
7210 LET c=6: LET g$="\c": FOR i=1 TO n: GO SUB 7300: LET gold=gold+1: NEXT i
7220 LET c=5: LET g$="\f": GO SUB 7300: GO SUB 7300
7230 PRINT AT 20,29; INK 4; BRIGHT 1;"\e"
7240 LET ghosts=level: IF ghosts>5 THEN LET ghosts=5
7250 DIM u(5): DIM w(5): DIM a(5): DIM b(5): DIM c(5)
7260 RETURN
7300 REM --- something on an empty place ---
7310 LET gy=2+2*INT (RND*10): LET gx=1+2*INT (RND*15): IF ATTR (gy,gx)<>7 OR gy<6 AND gx<7 OR gy=20 AND gx=29 THEN GO TO 7310
7320 PRINT AT gy,gx; INK c; BRIGHT 1;g$: RETURN
8000 REM --- graphics: wall, you, gold, ghost, door, charm ---
8010 FOR i=0 TO 47: READ d: POKE USR "a"+i,d: NEXT i
8020 LET w$="": FOR i=1 TO 31: LET w$=w$+"\a": NEXT i
8030 POKE 23658,0: RANDOMIZE : RETURN
8040 DATA 239,239,239,0,254,254,254,0
8050 DATA 24,60,24,126,189,60,36,102
8060 DATA 0,60,66,90,90,66,60,0
8070 DATA 60,126,219,219,255,255,255,165
8080 DATA 60,126,126,126,118,126,126,126
8090 DATA 16,16,56,254,56,40,68,0
9000 REM --- wait until no key is down, then for a key ---
9010 IF INKEY$<>"" THEN GO TO 9010
9020 IF INKEY$="" THEN GO TO 9020
9030 RETURN
