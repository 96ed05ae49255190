10 REM Snake
20 REM Eat the apples, grow, and bite neither wall nor tail.
30 REM Every fifth apple makes a new level: faster, with more stones.
100 GO SUB 8000: LET best=0
200 REM --- the title ---
210 BORDER 0: PAPER 0: INK 7: BRIGHT 0: FLASH 0: CLS
220 PRINT AT 2,0;: FOR i=1 TO 32: PRINT INK 4; BRIGHT 1;"\b";: NEXT i
230 PRINT AT 5,11; INK 4; BRIGHT 1;"S N A K E"
240 PRINT AT 8,6; INK 6;"Steer with the cursor"; AT 9,6;"keys, or with"
250 PRINT AT 11,15; INK 5;"Q"; AT 12,13;"O   P"; AT 13,15;"A"
260 PRINT AT 15,6; INK 2; BRIGHT 1;"\c"; BRIGHT 0; INK 6;" counts one, and up to"; AT 16,8;"nine more if you are"; AT 17,8;"quick."
270 PRINT AT 19,6; INK 7;"Best score: ";best
280 PRINT AT 21,5; FLASH 1;" Press any key to play "
290 GO SUB 9000
300 REM --- a new game ---
310 LET score=0: LET level=0: LET w=9
320 REM --- a new level ---
330 LET level=level+1: LET eaten=0: IF w>3 THEN LET w=w-1
340 CLS : GO SUB 7000
350 LET n=600: DIM r(n): DIM c(n): LET h=1: LET tail=1
360 LET y=19: LET x=3: LET dy=0: LET dx=1: LET ny=0: LET nx=1
370 LET r(1)=y: LET c(1)=x: LET grow=5
380 PRINT AT y,x; INK 6; BRIGHT 1;"\a"
400 GO SUB 6000: GO SUB 6500
410 PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: INPUT ""
500 REM --- one step: wait w frames, and look at the keys meanwhile ---
510 LET t=PEEK 23672
520 LET k$=INKEY$: IF k$<>"" THEN GO SUB 900
530 LET e=PEEK 23672-t: IF e<0 THEN LET e=e+256
540 IF e<w THEN GO TO 520
550 LET dx=nx: LET dy=ny
560 PRINT AT y,x; INK 4; BRIGHT 1;"\b"
570 IF grow>0 THEN LET grow=grow-1: GO TO 590
580 PRINT AT r(tail),c(tail);" ": LET tail=tail+1: IF tail>n THEN LET tail=1
590 LET y=y+dy: LET x=x+dx: LET a=ATTR (y,x)
600 LET h=h+1: IF h>n THEN LET h=1
610 LET r(h)=y: LET c(h)=x
620 IF a<>7 AND a<>66 THEN GO TO 800
630 PRINT AT y,x; INK 6; BRIGHT 1;"\a"
640 LET age=age+1: IF age=10 AND bonus>0 THEN LET age=0: LET bonus=bonus-1: GO SUB 6500
650 IF a<>66 THEN GO TO 500
700 REM --- an apple ---
710 LET score=score+1+bonus: LET grow=grow+3: LET eaten=eaten+1
720 BEEP .02,12+eaten: BEEP .02,19+eaten
730 IF eaten=5 THEN GO TO 760
740 GO SUB 6000: GO SUB 6500: GO TO 500
760 FOR i=0 TO 24 STEP 4: BEEP .04,i: NEXT i
770 GO TO 320
800 REM --- the end ---
810 FOR i=1 TO 12: BORDER 2: BEEP .02,12-2*i: BORDER 0: NEXT i
820 PRINT AT y,x; INK 2; BRIGHT 1; FLASH 1;"\a"
830 PRINT AT 10,10; PAPER 2; INK 7; BRIGHT 1;" GAME  OVER "
840 IF score>best THEN LET best=score: PRINT AT 12,6; PAPER 1; INK 6; BRIGHT 1;" The best score so far "
850 PAUSE 50: PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000
860 GO TO 200
900 REM --- a key: a new direction, but never straight back ---
910 IF (k$="o" OR k$="5" OR k$=CHR$ 8) AND dx=0 THEN LET nx=-1: LET ny=0
920 IF (k$="p" OR k$="8" OR k$=CHR$ 9) AND dx=0 THEN LET nx=1: LET ny=0
930 IF (k$="a" OR k$="6" OR k$=CHR$ 10) AND dy=0 THEN LET ny=1: LET nx=0
940 IF (k$="q" OR k$="7" OR k$=CHR$ 11) AND dy=0 THEN LET ny=-1: LET nx=0
950 RETURN
6000 REM --- an apple on an empty place ---
6010 LET ay=2+INT (RND*19): LET ax=1+INT (RND*30)
6020 IF ATTR (ay,ax)<>7 THEN GO TO 6010
6030 PRINT AT ay,ax; INK 2; BRIGHT 1;"\c": LET bonus=9: LET age=0
6040 RETURN
6500 REM --- the score ---
6510 PRINT AT 0,0; INK 6;"Score ";score;"  "; AT 0,11;"Level ";level; AT 0,20;"Bonus "; INK 5;bonus
6520 RETURN
7000 REM --- walls and stones ---
7010 FOR i=0 TO 31: PRINT AT 1,i; INK 5;"\d"; AT 21,i;"\d": NEXT i
7020 FOR i=2 TO 20: PRINT AT i,0; INK 5;"\d"; AT i,31;"\d": NEXT i
7030 FOR i=1 TO 6*(level-1)
7040 LET sy=3+INT (RND*14): LET sx=2+INT (RND*28): IF ATTR (sy,sx)<>7 THEN GO TO 7040
7050 PRINT AT sy,sx; INK 5;"\d": NEXT i
7060 RETURN
8000 REM --- graphics: head, body, apple, stone ---
8010 FOR i=0 TO 31: READ b: POKE USR "a"+i,b: NEXT i
8020 POKE 23658,0: REM no CAPS LOCK
8030 RANDOMIZE : RETURN
8040 DATA 60,126,219,219,255,231,126,60
8050 DATA 60,126,247,239,223,251,126,60
8060 DATA 12,16,60,126,126,126,126,60
8070 DATA 251,251,251,0,223,223,223,0
9000 REM --- wait until no key is down, then for a key ---
9010 IF INKEY$<>"" THEN GO TO 9010
9020 IF INKEY$="" THEN GO TO 9020
9030 RETURN
