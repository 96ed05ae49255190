10 REM Lander
20 REM Set the craft down softly on a flat, green place.
30 REM Three places, three prizes; every landing makes the next one harder.
100 POKE 23658,0: LET best=0: RANDOMIZE
200 REM --- the title ---
210 BORDER 0: PAPER 0: INK 7: BRIGHT 0: FLASH 0: OVER 0: CLS
220 FOR i=1 TO 60: PLOT RND*255,RND*175: NEXT i
230 PRINT AT 2,10; INK 6; BRIGHT 1;"L A N D E R"
240 PRINT AT 5,2; INK 5;"Come down slower than 12 and"; AT 6,2;"sideways slower than 6, on a"; AT 7,2; INK 4;"green"; INK 5;" place. The smaller the"; AT 8,2;"place, the more it counts."
250 PRINT AT 11,4; INK 7;"Up,    Q   engine"; AT 12,4;"Left,  O   push to the left"; AT 13,4;"Right, P   push to the right"
260 PRINT AT 16,2; INK 5;"Fuel that is left counts, too."
270 PRINT AT 18,2; INK 7;"Best score: ";best
280 PRINT AT 21,5; FLASH 1;" Press any key to fly "
290 GO SUB 9000
300 LET score=0: LET level=0: LET ships=3
310 REM --- a new landscape ---
320 LET level=level+1: LET g=.03+.006*level: CLS
330 GO SUB 7000
340 REM --- a new craft ---
350 LET x=20+INT (RND*210): LET y=150: LET u=RND*1.6-.8: LET v=0: LET fuel=500-20*level: IF fuel<300 THEN LET fuel=300
360 LET px=INT x: LET py=y: LET fire=0: LET side=0: GO SUB 6500: GO SUB 6000
400 REM --- a step: two frames ---
410 LET t=PEEK 23672
420 LET k$=INKEY$
430 LET e=PEEK 23672-t: IF e<0 THEN LET e=e+256
440 IF e<2 THEN GO TO 420
450 LET up=(k$="q" OR k$="7" OR k$=CHR$ 11): LET le=(k$="o" OR k$="5" OR k$=CHR$ 8): LET ri=(k$="p" OR k$="8" OR k$=CHR$ 9)
460 IF fuel<=0 THEN LET up=0: LET le=0: LET ri=0
470 LET v=v-g+.11*up: LET u=u+.04*(ri-le): LET fuel=fuel-2*up-le-ri
480 LET x=x+u: LET y=y+v
490 IF x<14 THEN LET x=14: LET u=0
500 IF x>241 THEN LET x=241: LET u=0
510 IF y>152 THEN LET y=152: LET v=0
515 IF y<9 THEN LET y=9
520 GO SUB 6000: LET px=INT x: LET py=INT y: LET fire=up: LET side=ri-le: GO SUB 6000
530 GO SUB 6500
540 LET c=INT (px/8)+1: LET ground=h(c): IF h(c+1)>ground THEN LET ground=h(c+1)
550 IF INT ((px-5)/8)+1<>c AND h(c-1)>ground THEN LET ground=h(c-1)
560 IF py-5>ground THEN GO TO 400
600 REM --- down ---
610 LET left=INT ((px-5)/8)+1: LET right=INT ((px+5)/8)+1
620 IF v<-1.2 OR ABS u>.6 THEN GO TO 700
630 IF p(left)=0 OR p(right)=0 THEN GO TO 700
640 LET prize=100*p(left)+INT (fuel/5): LET score=score+prize
650 PRINT AT 10,5; PAPER 4; INK 0;" A fine landing: ";prize;" "
660 FOR i=0 TO 12 STEP 4: BEEP .12,i: NEXT i: BEEP .4,12
670 PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: INPUT "": GO TO 310
700 REM --- broken ---
710 FOR i=1 TO 24: LET a=RND*2*PI: LET r=4+RND*14: LET dx=r*COS a: LET dy=r*SIN a
720 PLOT INK 2; BRIGHT 1;px,py: IF py+dy>0 AND px+dx>0 AND px+dx<255 THEN DRAW INK 2; BRIGHT 1;dx,dy
730 BORDER 2: BEEP .01,-20+RND*20: BORDER 0: NEXT i
740 LET ships=ships-1
750 PRINT AT 10,5; PAPER 2; INK 7;" The craft is lost: "
760 IF v<-1.2 THEN PRINT AT 11,5; PAPER 2; INK 7;" down too fast. "
770 IF v>=-1.2 AND ABS u>.6 THEN PRINT AT 11,5; PAPER 2; INK 7;" sideways too fast. "
780 IF v>=-1.2 AND ABS u<=.6 THEN PRINT AT 11,5; PAPER 2; INK 7;" that was no green place. "
790 PRINT AT 12,5; PAPER 2; INK 7;" ";ships;" left "
800 PAUSE 50: PRINT #1; AT 0,9; FLASH 1;" Press a key ": GO SUB 9000: INPUT ""
810 IF ships>0 THEN CLS : GO SUB 7000: GO TO 340
820 IF score>best THEN LET best=score
830 GO TO 200
6000 REM --- the craft, drawn and drawn away by OVER 1 ---
6010 OVER 1: PLOT px-2,py-2: DRAW 4,0: DRAW 2,3: DRAW -2,3: DRAW -4,0: DRAW -2,-3: DRAW 2,-3
6020 PLOT px-3,py-3: DRAW -2,-2: PLOT px+3,py-3: DRAW 2,-2
6030 IF fire THEN PLOT px-1,py-4: DRAW 1,-4: DRAW 1,4
6040 IF side THEN PLOT px-8*side,py+1: DRAW -3*side,0
6050 OVER 0: RETURN
6500 REM --- the instruments ---
6510 PRINT AT 0,0; INK 6;"Fuel"; PAPER 2*(fuel<100); INK 7;fuel; PAPER 0;" "; AT 0,8; INK 6;"Down"; INK 4-2*(v<-1.2);INT (-v*10+.5);" "; AT 0,16; INK 6;"Side"; INK 4-2*(ABS u>.6);INT (u*10+.5);" "; AT 0,24; INK 6;"Sc "; INK 7;score
6520 RETURN
7000 REM --- the landscape: heights h, places p ---
7010 DIM h(34): DIM p(34): LET a=20+RND*30
7020 FOR i=1 TO 33: LET h(i)=INT a: LET a=a+RND*30-15: IF a<12 THEN LET a=12+RND*8
7030 IF a>80 THEN LET a=70
7040 NEXT i: LET h(34)=h(33)
7050 LET i=2+INT (RND*5): FOR n=1 TO 3: LET w=5-n: FOR j=i TO i+w-1: LET p(j)=2*n-1: LET h(j+1)=h(i): NEXT j: LET i=i+w+4+INT (RND*3): NEXT n
7060 FOR i=1 TO 40: PLOT RND*255,90+RND*75: NEXT i
7070 PLOT 0,h(1): FOR i=1 TO 31: IF p(i) THEN GO SUB 7200
7080 DRAW INK 6-2*(p(i)>0);8,h(i+1)-h(i)
7090 NEXT i: DRAW 7,h(33)-h(32)
7100 RETURN
7200 PRINT AT 21-INT (h(i)/8)+1,i-1; INK 4; BRIGHT 1;p(i): PLOT 8*(i-1),h(i): RETURN
9000 REM --- wait until no key is down, then for a key ---
9010 IF INKEY$<>"" THEN GO TO 9010
9020 IF INKEY$="" THEN GO TO 9020
9030 RETURN
