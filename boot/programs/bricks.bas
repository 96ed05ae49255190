10 REM Bricks
20 REM Knock the wall down with a ball that must not get past the bat.
100 GO SUB 8000: LET best=0: LET c$="264537"
200 REM --- the title ---
210 BORDER 1: PAPER 0: INK 7: BRIGHT 0: FLASH 0: OVER 0: CLS
220 FOR r=1 TO 6: FOR c=0 TO 30 STEP 2: PRINT AT r,c; INK VAL c$(r); BRIGHT 1;"\b\c";: NEXT c: NEXT r
230 PRINT AT 3,9; PAPER 0; INK 7; BRIGHT 1;"  B R I C K S  "
240 PRINT AT 9,4; INK 6;"Left,  O   bat to the left"; AT 10,4;"Right, P   bat to the right"
250 PRINT AT 12,4; INK 5;"The upper rows count more."; AT 13,4;"The edge of the bat throws"; AT 14,4;"the ball far to the side."
260 PRINT AT 17,4; INK 7;"Best score: ";best
270 PRINT AT 20,5; FLASH 1;" Press any key to play "
280 GO SUB 9000
300 LET score=0: LET balls=3: LET level=0
310 REM --- a new wall ---
320 LET level=level+1: LET bricks=96: CLS
330 FOR r=1 TO 6: FOR c=0 TO 30 STEP 2: PRINT AT r+1,c; INK VAL c$(r); BRIGHT 1;"\b\c";: NEXT c: NEXT r
340 LET b=13: LET m=0
350 REM --- a new ball ---
360 LET x=8*b+20: LET y=20: LET u=1+RND: LET v=2+level/4: IF v>3.5 THEN LET v=3.5
370 IF RND<.5 THEN LET u=-u
380 GO SUB 6500: GO SUB 6000: PRINT AT 21,b;"\a\a\a\a\a"
390 PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: INPUT ""
400 REM --- a step: one frame ---
410 LET t=PEEK 23672
420 LET k$=INKEY$
430 IF PEEK 23672=t THEN GO TO 420
440 LET m=1-m: IF m THEN GO TO 460: REM the bat moves every other frame
445 IF k$="o" OR k$="5" OR k$=CHR$ 8 THEN IF b>0 THEN LET b=b-1: PRINT AT 21,b;"\a\a\a\a\a "
450 IF k$="p" OR k$="8" OR k$=CHR$ 9 THEN IF b<27 THEN LET b=b+1: PRINT AT 21,b-1;" \a\a\a\a\a"
460 LET nx=x+u: LET ny=y+v
470 IF nx<0 OR nx>253 THEN LET u=-u: LET nx=x+u: BEEP .003,24
480 IF ny>165 THEN LET v=-v: LET ny=y+v: BEEP .003,24
490 IF ny<6 THEN GO TO 600
500 IF ny>105 THEN IF ATTR (INT ((175-ny)/8),INT ((nx+1)/8))>64 THEN GO TO 700
510 GO SUB 6000: LET x=nx: LET y=ny: GO SUB 6000
520 GO TO 400
600 REM --- the ball is down: is the bat there? ---
610 LET d=(nx+1-8*b)/40
620 IF d<-.05 OR d>1.05 THEN GO TO 650
630 LET v=ABS v: LET u=5*(d-.5)+RND*.2-.1: LET ny=6: BEEP .005,12
640 GO TO 510
650 GO SUB 6000: FOR i=12 TO -12 STEP -3: BORDER 2: BEEP .02,i: BORDER 1: NEXT i
660 LET balls=balls-1: PRINT AT 21,0,,: IF balls>0 THEN LET b=13: GO TO 350
670 GO SUB 6500: PRINT AT 13,10; PAPER 2; INK 7; BRIGHT 1;" GAME  OVER "
680 IF score>best THEN LET best=score: PRINT AT 15,5; PAPER 1; INK 6; BRIGHT 1;" The best score so far "
690 PAUSE 50: PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: GO TO 200
700 REM --- a brick ---
710 LET r=INT ((175-ny)/8): LET c=INT ((nx+1)/8): LET c=2*INT (c/2)
720 GO SUB 6000: PRINT AT r,c;"  "
730 REM hit from the side? then back to the side
740 IF INT ((175-y)/8)=r THEN LET u=-u: GO TO 760
750 LET v=-v
760 LET score=score+10*(8-r): LET bricks=bricks-1: BEEP .005,30-2*r: GO SUB 6500
770 GO SUB 6000: IF bricks>0 THEN GO TO 400
780 FOR i=0 TO 24 STEP 3: BEEP .05,i: NEXT i: GO TO 310
6000 REM --- the ball, drawn and drawn away by OVER 1 ---
6010 OVER 1: PLOT x,y: DRAW 2,0: PLOT x,y+1: DRAW 2,0: PLOT x,y+2: DRAW 2,0: OVER 0: RETURN
6500 REM --- the score ---
6510 PRINT AT 0,1; INK 6;"Score "; INK 7;score; AT 0,13; INK 6;"Wall "; INK 7;level; AT 0,23; INK 6;"Balls "; INK 7;balls
6520 RETURN
8000 REM --- graphics: bat, and the halves of a brick ---
8010 FOR i=0 TO 23: READ d: POKE USR "a"+i,d: NEXT i
8020 POKE 23658,0: RANDOMIZE : RETURN
8030 DATA 0,255,255,255,255,126,0,0
8040 DATA 127,255,255,255,255,255,127,0
8050 DATA 252,254,254,254,254,254,252,0
9000 REM --- wait until no key is down, then for a key ---
9010 IF INKEY$<>"" THEN GO TO 9010
9020 IF INKEY$="" THEN GO TO 9020
9030 RETURN
