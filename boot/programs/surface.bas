10 REM Surface
20 REM Functions of two variables as hills, seen from the front; what lies behind is hidden.
100 POKE 23658,0: DEF FN r(x,y)=SQR (x*x+y*y)+.0001
110 DIM t$(4,20): LET t$(1)="SIN r/r": LET t$(2)="COS x + COS y": LET t$(3)="x*y*(x*x-y*y)": LET t$(4)="COS r, going out"
120 LET n=1
200 REM --- hill n ---
210 BORDER 0: PAPER 0: INK 6: CLS
220 PRINT AT 0,0; INK 7; BRIGHT 1;n;": ";t$(n); AT 0,23;"key: next"
230 DIM h(256): DIM l(256): FOR i=1 TO 256: LET l(i)=175: NEXT i
300 REM --- line after line, from the front to the back; a point shows above or below all before it ---
310 FOR j=0 TO 40: LET y=(j-20)/20: LET b=22+2.6*j
320 LET s=1-j*.009: LET q=0
330 FOR i=0 TO 84: LET x=(i-42)/42: GO SUB 1000*n
340 LET u=INT (128+124*x*s): LET v=INT (b+z*s)
350 IF i=0 THEN LET p=u: LET q=v: GO TO 410
360 FOR m=p TO u: LET w=q: IF u>p THEN LET w=q+(v-q)*(m-p)/(u-p)
370 IF w>h(m+1) THEN LET h(m+1)=w: PLOT INK 4+(z>15)+(z>35); BRIGHT 1;m,w: GO TO 390
380 IF w<l(m+1) THEN PLOT INK 1;m,w
390 IF w<l(m+1) THEN LET l(m+1)=w
400 NEXT m: LET p=u: LET q=v
410 NEXT i: IF INKEY$<>"" THEN GO TO 500
420 NEXT j
430 PAUSE 0
500 IF INKEY$<>"" THEN GO TO 500
510 LET n=n+1: IF n>4 THEN LET n=1
520 GO TO 200
1000 LET r=14*FN r(x,y): LET z=100*SIN r/r: RETURN
2000 LET z=16*(COS (6*x)+COS (6*y)): RETURN
3000 LET z=150*x*y*(x*x-y*y): RETURN
4000 LET r=FN r(x,y): LET z=34*COS (12*r)*(1-.6*r): RETURN
