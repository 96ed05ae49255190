10 REM Mandelbrot
20 REM The set of all c for which z=z*z+c stays near 0, and what is about it.
30 REM First coarse in colours, then point for point. Look closer where you like.
100 POKE 23658,0
110 LET cx=-.6: LET cy=0: LET w=3.4: LET m=32
200 REM --- a picture: w wide, its middle at cx,cy, at most m rounds a point ---
210 BORDER 0: PAPER 0: INK 7: BRIGHT 0: OVER 0: CLS
220 PRINT #1; AT 0,0;"x ";cx; AT 0,16;"y ";cy; AT 1,0;"width ";w; AT 1,19;"a key stops"
230 LET s=w/256
240 FOR r=0 TO 21: LET b=cy+(84-8*r)*s
250 FOR c=0 TO 31: LET a=cx+(8*c-124)*s: GO SUB 6000
260 IF n<m THEN PRINT AT r,c; PAPER 1+n-6*INT (n/6);" ";
270 NEXT c: IF INKEY$<>"" THEN GO TO 400
280 NEXT r
300 REM --- point for point: black where it stays, and in every other of the inner rings ---
310 FOR y=175 TO 0 STEP -1: LET b=cy+(y-87.5)*s: LET a=cx-128*s
320 FOR x=0 TO 255: LET a=a+s: GO SUB 6000
330 IF n=m THEN PLOT INK 0;x,y: GO TO 350
340 IF n>7 AND n/2<>INT (n/2) THEN PLOT INK 0;x,y
350 NEXT x: IF INKEY$<>"" THEN GO TO 400
360 NEXT y
400 REM --- where next? ---
410 IF INKEY$<>"" THEN GO TO 410
420 INPUT "": PRINT #1; AT 0,0;"Cursor keys or QAOP: move box"; AT 1,0;"ENTER closer  B back  N new"
430 LET bx=12: LET by=8: GO SUB 7000
440 LET k$=INKEY$: IF k$="" THEN GO TO 440
450 LET dx=(k$="p" OR k$="8" OR k$=CHR$ 9)-(k$="o" OR k$="5" OR k$=CHR$ 8)
460 LET dy=(k$="a" OR k$="6" OR k$=CHR$ 10)-(k$="q" OR k$="7" OR k$=CHR$ 11)
470 IF dx=0 AND dy=0 THEN GO TO 500
480 IF bx+dx<0 OR bx+dx>24 OR by+dy<0 OR by+dy>16 THEN GO TO 440
490 GO SUB 7000: LET bx=bx+dx: LET by=by+dy: GO SUB 7000: PAUSE 4: GO TO 440
500 IF k$="n" THEN GO TO 110
510 IF k$="b" THEN LET w=w*4: LET m=m-16: IF m<32 THEN GO TO 110
520 IF k$=CHR$ 13 THEN LET cx=cx+(8*bx-96)*s: LET cy=cy+(64-8*by)*s: LET w=w/4: LET m=m+16
530 IF k$="b" OR k$=CHR$ 13 THEN LET cx=INT (cx*1E7+.5)/1E7: LET cy=INT (cy*1E7+.5)/1E7: GO TO 200
540 GO TO 440
6000 REM --- n rounds until a+ib is away ---
6010 LET p=0: LET q=0: LET u=0: LET v=0
6020 FOR n=0 TO m-1: LET q=2*p*q+b: LET p=u-v+a: LET u=p*p: LET v=q*q: IF u+v<=4 THEN NEXT n
6030 RETURN
7000 REM --- the box, drawn and drawn away by OVER 1 ---
7010 OVER 1: PLOT INK 8;8*bx,175-8*by: DRAW INK 8;63,0: DRAW INK 8;0,-47: DRAW INK 8;-63,0: DRAW INK 8;0,47: OVER 0
7020 RETURN
