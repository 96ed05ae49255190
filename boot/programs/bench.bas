10 REM Benchmark
20 REM Eight kinds of work, and how many times faster they are done than by a Spectrum of 1982.
100 POKE 23658,0: DEF FN f()=PEEK 23672+256*PEEK 23673+65536*PEEK 23674
110 BORDER 0: PAPER 0: INK 7: BRIGHT 0: CLS
120 PRINT AT 1,2; INK 6; BRIGHT 1;"Work          1982    times"; AT 2,2;"             ms each  faster"
130 LET sum=0: DIM b(100): LET a$="The quick brown fox"
200 FOR k=1 TO 8: READ n$,old: PRINT AT 2+2*k,2; INK 7;n$;TAB 16;old; AT 2+2*k,25; FLASH 1;"?"
210 LET c=10
220 LET t=FN f(): GO SUB 1000*k: LET t=FN f()-t
230 IF t<25 THEN LET c=c*(2+8*(t<3)): GO TO 220
240 LET r=old*c/(t*20): LET sum=sum+LN r
250 LET d=r<10: PRINT AT 2+2*k,22; INK 4; BRIGHT 1;INT (r*(1+9*d)+.5)/(1+9*d);"     "( TO 4)
260 NEXT k
300 LET r=EXP (sum/8): LET d=r<10
310 PRINT AT 20,2; INK 6; BRIGHT 1;"Taken together: ";INT (r*(1+9*d)+.5)/(1+9*d);" times"
320 PRINT AT 21,2; INK 5;"(the mean of their logarithms)"
330 STOP
1000 FOR i=1 TO c: NEXT i: RETURN
2000 LET x=1: FOR i=1 TO c: LET x=x*3/2-x/2+1-x: NEXT i: RETURN
3000 FOR i=1 TO c: LET x=SIN i+SQR i: NEXT i: RETURN
4000 FOR i=1 TO c: LET b$=a$(5 TO 9)+a$( TO 4): NEXT i: RETURN
5000 FOR i=1 TO c: LET b(1+i-100*INT (i/100))=i: NEXT i: RETURN
6000 FOR i=1 TO c: GO SUB 6010: NEXT i: RETURN
6010 RETURN
7000 FOR i=1 TO c: PRINT AT 21,2; INK 1;"Spectrum";: NEXT i: PRINT AT 21,2;"        ": RETURN
8000 FOR i=1 TO c: PLOT 250,i-170*INT (i/170): DRAW OVER 1;0,5: NEXT i: FOR i=0 TO 21: PRINT AT i,31;" ";: NEXT i: RETURN
9000 REM --- milliseconds of one round on the ROM of 1982 at 3.5 MHz ---
9010 DATA "Empty loop",4.7,"Sums",22.3,"SIN and SQR",165.6,"Strings",16.6,"Arrays",19.1,"GO SUB",9.6,"PRINT",15.5,"PLOT, DRAW",22.4
