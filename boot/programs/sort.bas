10 REM Sorting
20 REM Six ways to put bars in order, to be watched; then how much work each was.
100 POKE 23658,0: RANDOMIZE : LET n=32: DIM a(n): DIM o(n): DIM c(6): DIM m(6): DIM s$(6,10)
110 LET s$(1)="Bubble": LET s$(2)="Selection": LET s$(3)="Insertion": LET s$(4)="Shell": LET s$(5)="Heap": LET s$(6)="Quick"
120 FOR i=1 TO n: LET o(i)=1+INT (i*19/n): NEXT i
130 FOR i=n TO 2 STEP -1: LET j=1+INT (RND*i): LET t=o(i): LET o(i)=o(j): LET o(j)=t: NEXT i
200 REM --- each way with the same bars ---
210 FOR w=1 TO 6
220 BORDER 0: PAPER 0: INK 7: BRIGHT 0: CLS : LET cmp=0: LET mov=0
230 PRINT AT 0,0; INK 6; BRIGHT 1;s$(w); BRIGHT 0; INK 5;"  looks     moves"
240 FOR i=1 TO n: LET a(i)=o(i): LET c=5: GO SUB 9000: NEXT i
250 PAUSE 25: GO SUB 1000*w
260 LET c=4: FOR i=1 TO n: GO SUB 9000: NEXT i
270 LET c(w)=cmp: LET m(w)=mov: PAUSE 75
280 NEXT w
300 REM --- the table ---
310 CLS : PRINT AT 2,2; INK 6; BRIGHT 1;"32 bars       looks   moves"
320 FOR w=1 TO 6: PRINT AT 3+2*w,2; INK 7;s$(w);TAB 17; INK 5;c(w);TAB 25;m(w): NEXT w
330 PRINT AT 18,2; INK 7;"A look is a comparison of two"; AT 19,2;"bars; a move puts one down."
340 PRINT AT 21,2; INK 6;"Again with others? (y/n)"
350 LET k$=INKEY$: IF k$="y" THEN GO TO 130
360 IF k$<>"n" THEN GO TO 350
370 INK 0: PAPER 7: BORDER 7: CLS : STOP
1000 REM --- bubble: neighbours change places until none has to ---
1010 FOR j=n-1 TO 1 STEP -1: LET d=0
1020 FOR i=1 TO j: LET x=i: LET y=i+1: GO SUB 7000: IF r THEN GO SUB 8000: LET d=1
1030 NEXT i: IF d THEN NEXT j
1040 RETURN
2000 REM --- selection: the smallest that is left comes first ---
2010 FOR j=1 TO n-1: LET k=j
2020 FOR i=j+1 TO n: LET x=k: LET y=i: GO SUB 7000: IF r THEN LET k=i
2030 NEXT i: IF k<>j THEN LET x=j: LET y=k: GO SUB 8000
2040 NEXT j: RETURN
3000 REM --- insertion: each is taken back to its place ---
3010 LET g=1: GO SUB 4100: RETURN
4000 REM --- shell: insertion in steps, first long, then short ---
4010 LET g=13: GO SUB 4100: LET g=4: GO SUB 4100: LET g=1: GO SUB 4100: RETURN
4100 REM insertion with step g
4110 FOR j=g+1 TO n: LET i=j
4120 IF i<=g THEN GO TO 4140
4130 LET x=i-g: LET y=i: GO SUB 7000: IF r THEN GO SUB 8000: LET i=i-g: GO TO 4120
4140 NEXT j: RETURN
5000 REM --- heap: a tree with the largest on top, taken off again and again ---
5010 FOR j=INT (n/2) TO 1 STEP -1: LET p=j: LET e=n: GO SUB 5100: NEXT j
5020 FOR j=n TO 2 STEP -1: LET x=1: LET y=j: GO SUB 8000: LET p=1: LET e=j-1: GO SUB 5100: NEXT j
5030 RETURN
5100 REM p sinks below those that are larger
5110 LET q=2*p: IF q>e THEN RETURN
5120 IF q<e THEN LET x=q+1: LET y=q: GO SUB 7000: IF r THEN LET q=q+1
5130 LET x=q: LET y=p: GO SUB 7000: IF NOT r THEN RETURN
5140 LET x=p: LET y=q: GO SUB 8000: LET p=q: GO TO 5110
6000 REM --- quick: smaller ones left, larger ones right of one of them, then both sides ---
6010 DIM q(40): LET k=2: LET q(1)=1: LET q(2)=n
6020 LET e=q(k): LET b=q(k-1): LET k=k-2
6030 IF b>=e THEN GO TO 6090
6040 LET x=INT ((b+e)/2): LET y=e: GO SUB 8000: LET p=b
6050 FOR i=b TO e-1: LET x=e: LET y=i: GO SUB 7000: IF NOT r THEN GO TO 6070
6060 IF i>p THEN LET x=i: LET y=p: GO SUB 8000
6065 LET p=p+1
6070 NEXT i: IF p<e THEN LET x=p: LET y=e: GO SUB 8000
6080 LET q(k+1)=b: LET q(k+2)=p-1: LET q(k+3)=p+1: LET q(k+4)=e: LET k=k+4
6090 IF k THEN GO TO 6020
6095 RETURN
7000 REM --- a look: is bar x larger than bar y? ---
7010 LET cmp=cmp+1: LET r=a(x)>a(y): PRINT AT 21,x-1; INK 7;"^"; AT 21,y-1;"^"; AT 0,18; INK 7;cmp; AT 0,28;mov
7020 LET t=PEEK 23672
7030 IF PEEK 23672=t THEN GO TO 7030
7040 PRINT AT 21,x-1;" "; AT 21,y-1;" ": RETURN
8000 REM --- bars x and y change places ---
8010 LET mov=mov+2: LET t=a(x): LET a(x)=a(y): LET a(y)=t
8020 LET z=i: LET i=x: LET c=6: GO SUB 9000: LET i=y: GO SUB 9000: LET i=x: LET c=5: GO SUB 9000: LET i=y: GO SUB 9000: LET i=z: RETURN
9000 REM --- bar i in colour c ---
9010 FOR l=1 TO 20: PRINT AT 21-l,i-1; PAPER c*(l<=a(i));" ": NEXT l: RETURN
