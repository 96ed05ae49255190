10 REM Typing
20 REM Type what is shown, without looking at the keys. Ten lessons, from the middle row to sentences.
30 REM Words a minute are counted as usual: five characters are a word.
100 POKE 23658,0: DEF FN f()=PEEK 23672+256*PEEK 23673+65536*PEEK 23674
110 DIM b(10): LET k$="1"
200 REM --- the menu ---
210 BORDER 5: PAPER 7: INK 0: BRIGHT 0: FLASH 0: OVER 0: CLS
220 PRINT AT 1,2; INK 1;"TYPING"; AT 1,13;"words a minute"
230 RESTORE 8000: FOR n=1 TO 10: READ n$,l: PRINT AT 2+n,2; INK 2;n-10*(n=10); INK 0;"  ";n$: IF b(n) THEN PRINT AT 2+n,27; INK 1;b(n)
240 FOR i=1 TO l: READ s$: NEXT i: NEXT n
250 PRINT AT 15,2; INK 2;"Q"; INK 0;"  end"
260 PRINT AT 18,2; INK 1;"Fingers rest on  A S D F"; AT 19,19;"J K L P"; AT 20,2;"DELETE goes back, ENTER here."
270 IF INKEY$<>"" THEN GO TO 270
280 LET k$=INKEY$: IF k$="q" THEN INK 0: BORDER 7: CLS : STOP
290 IF k$<"0" OR k$>"9" THEN GO TO 280
300 REM --- a lesson: each of its lines once ---
310 LET k=VAL k$: IF k=0 THEN LET k=10
320 RESTORE 8000: FOR n=1 TO k: READ n$,l: IF n<k THEN FOR i=1 TO l: READ s$: NEXT i
330 NEXT n: CLS : PRINT AT 1,2; INK 1;n$: LET wrong=0: LET all=0: LET time=0
340 FOR j=1 TO l: READ s$: PRINT AT 4*j,0; INK 1;s$
350 LET p=1: LET row=4*j+1
400 REM --- a character ---
410 PRINT AT row,p-1; PAPER 6; FLASH 1;" "
420 IF INKEY$<>"" THEN GO TO 420
430 LET k$=INKEY$: IF k$="" THEN GO TO 430
440 IF all=0 THEN LET time=FN f()
450 IF k$=CHR$ 13 THEN GO TO 200
460 IF k$=CHR$ 12 THEN GO TO 560
470 IF k$<" " OR k$>"~" THEN GO TO 420
480 LET all=all+1: IF k$=s$(p) THEN PRINT AT row,p-1; INK 4;k$: GO TO 500
490 LET wrong=wrong+1: BEEP .03,-10: PRINT AT row,p-1; PAPER 2; INK 7;k$
500 LET p=p+1: IF p<=LEN s$ THEN GO TO 410
510 NEXT j
520 LET time=(FN f()-time)/50: LET w=INT (12*(all-wrong)/time+.5): IF w>b(k) THEN LET b(k)=w
530 PRINT AT 20,2; INK 1;w; INK 0;" words a minute, "; INK 2;wrong; INK 0;" wrong"
540 PRINT AT 21,2;"ENTER": FOR i=0 TO 12 STEP 4: BEEP .05,i: NEXT i
550 IF INKEY$=CHR$ 13 THEN GO TO 200
555 GO TO 550
560 IF p=1 THEN GO TO 420
570 PRINT AT row,p-1; PAPER 7;" ": LET p=p-1: GO TO 410
8000 DATA "The middle row, left",3,"asdf fdsa asdf sad dad","add as fad sads fads","dads add sad fads as dad"
8010 DATA "The middle row, right",3,"jkl lkj hjkl hj kl jk","jkl kjh lkj hjk ljk kl","hjk jkl lkj kjh jkl hj"
8020 DATA "The whole middle row",3,"ask a lad half a salad","a glass flask falls","all had a flash gas hall"
8030 DATA "E and I",3,"side like lid desk file","she said he likes fish","life is like a field"
8040 DATA "R and U, T and Y",3,"there is a true story","try the fruit after tea","your hat is just right"
8050 DATA "The upper row",3,"we quote your power","quiet water, poor pet","type it up, write to you"
8060 DATA "The lower row",3,"can exam box mix vim","venom, zinc, calm, back","a big black van comes"
8070 DATA "Numbers",3,"10 20 30 40 50 60 70","1982 48 128 16384 23296","3.14159 2.71828 1.41421"
8080 DATA "Sentences",4,"pack my box with five dozen","liquor jugs. how quickly","daft jumping zebras vex!","a quick brown fox jumps."
8090 DATA "A piece of BASIC",4,"10 for n=1 to 10","20 print n,n*n","30 next n: go to 10","print peek 23672*20"
