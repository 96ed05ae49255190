10 REM Life
20 REM John Conway's game (1970): a cell lives on with two or three neighbours,
30 REM and is born with three. The edges are joined to each other.
100 POKE 23658,0: RANDOMIZE : LET w=32: LET h=21
110 DIM a(h+2,w+2): DIM b(h+2,w+2)
200 REM --- choose ---
210 BORDER 0: PAPER 0: INK 7: BRIGHT 0: FLASH 0: CLS
220 PRINT AT 1,14; INK 4; BRIGHT 1;"Life"
230 RESTORE 8000: FOR n=1 TO 6: READ n$: PRINT AT 2+2*n,8; INK 6;n; INK 7;"  ";n$: READ s: FOR i=1 TO s: READ r$: NEXT i: NEXT n
240 PRINT AT 16,8; INK 6;"7"; INK 7;"  by chance"; AT 18,8; INK 6;"Q"; INK 7;"  end"
250 PRINT AT 20,3; INK 5;"While it lives, any key leads"; AT 21,3;"back here, SPACE stops time."
260 IF INKEY$<>"" THEN GO TO 260
270 LET k$=INKEY$: IF k$="q" THEN INK 0: PAPER 7: BORDER 7: CLS : STOP
280 IF k$<"1" OR k$>"7" THEN GO TO 270
290 LET k=VAL k$: DIM a(h+2,w+2): LET g=0: CLS
300 REM --- the first generation ---
310 IF k=7 THEN FOR y=2 TO h+1: FOR x=2 TO w+1: LET a(y,x)=(RND<.3): NEXT x: NEXT y: GO TO 400
320 RESTORE 8000: FOR n=1 TO k: READ n$: READ s: IF n<k THEN FOR i=1 TO s: READ r$: NEXT i
330 NEXT n
340 LET y=INT ((h-s)/2)+2: FOR i=0 TO s-1: READ r$: LET x=INT ((w-LEN r$)/2)+2
350 FOR j=1 TO LEN r$: LET a(y+i,x+j-1)=(r$(j)="O"): NEXT j: NEXT i
400 FOR y=2 TO h+1: FOR x=2 TO w+1: IF a(y,x) THEN PRINT AT y-2,x-2; PAPER 6; BRIGHT 1;" ";
410 NEXT x: NEXT y
500 REM --- a generation; the rows and columns round the field are copies of the other side ---
510 LET t=PEEK 23672: LET g=g+1: PRINT AT 21,0; INK 5;"Generation ";g;
520 FOR x=2 TO w+1: LET a(1,x)=a(h+1,x): LET a(h+2,x)=a(2,x): NEXT x
530 FOR y=1 TO h+2: LET a(y,1)=a(y,w+1): LET a(y,w+2)=a(y,2): NEXT y
540 LET n=0: FOR y=2 TO h+1
550 LET q=a(y-1,1)+a(y,1)+a(y+1,1): LET r=a(y-1,2)+a(y,2)+a(y+1,2)
560 FOR x=2 TO w+1: LET p=q: LET q=r: LET r=a(y-1,x+1)+a(y,x+1)+a(y+1,x+1)
570 LET s=p+q+r-a(y,x): LET c=s=3 OR a(y,x) AND s=2: LET b(y,x)=c: LET n=n+c
580 IF c<>a(y,x) THEN PRINT AT y-2,x-2; PAPER 6*c; BRIGHT c;" ";
590 NEXT x: NEXT y
600 FOR y=2 TO h+1: FOR x=2 TO w+1: LET a(y,x)=b(y,x): NEXT x: NEXT y
610 PRINT AT 21,18; INK 5;n;" cells  ";
620 LET k$=INKEY$: IF k$=" " THEN GO TO 620
630 IF k$<>"" THEN GO TO 200
640 IF PEEK 23672-t>=0 AND PEEK 23672-t<5 THEN GO TO 620
650 GO TO 500
8000 DATA "Glider, which walks",3,".O.","..O","OOO"
8010 DATA "R pentomino, long busy",3,".OO","OO.",".O."
8020 DATA "Acorn, longer still",3,".O.....","...O...","OO..OOO"
8030 DATA "Pulsar, a clock",5,"OOOOO.OOOOO","O...O.O...O","...........","...........","..........."
8040 DATA "Space ship, light weight",4,".O..O","O....","O...O","OOOO."
8050 DATA "Row of ten",1,"OOOOOOOOOO"
