10 REM Spirograph
20 REM A wheel rolls inside a ring and a pen is stuck through one of its holes.
30 REM Any key draws the next one, Q ends.
100 POKE 23658,0: RANDOMIZE
110 BORDER 0: PAPER 0: INK 7: BRIGHT 1: CLS
200 REM --- teeth of the ring and of the wheel, the pen's place ---
210 LET ring=60+6*INT (RND*11): LET wheel=15+3*INT (RND*13): LET pen=.4+RND*.8
220 LET a=ring: LET b=wheel
230 LET c=a-b*INT (a/b): LET a=b: LET b=c: IF b>0 THEN GO TO 230
240 LET turns=wheel/a: IF turns<3 OR turns>20 OR wheel>=ring-6 THEN GO TO 210
250 LET big=ring-wheel: LET k=big/wheel: LET arm=wheel*pen
260 LET s=80/(big+arm)
270 BRIGHT 0: PRINT AT 21,0;"Ring ";ring;", wheel ";wheel;", pen ";INT (pen*100);"%  "
300 REM --- the curve, as many turns as the wheel needs to come back ---
310 INK 2+INT (RND*6): BRIGHT 1
320 LET x=128+s*(big+arm): LET y=92: PLOT x,y
330 FOR t=0 TO turns*2*PI STEP PI/36
340 LET u=128+s*(big*COS t+arm*COS (k*t)): LET v=92+s*(big*SIN t-arm*SIN (k*t))
350 LET u=INT (u+.5): LET v=INT (v+.5): DRAW BRIGHT 1;u-PEEK 23677,v-PEEK 23678
360 IF INKEY$<>"" THEN GO TO 410
370 NEXT t
400 PAUSE 150
410 LET k$=INKEY$: IF k$="q" OR k$="Q" THEN BRIGHT 0: INK 0: PAPER 7: BORDER 7: CLS : STOP
420 INK 7: CLS : GO TO 200
