10 REM Clock
20 REM A clock with hands, run by FRAMES, which counts fifty times a second.
30 REM S sets it, Q ends.
100 POKE 23658,0: LET hour=10: LET minute=8: LET second=0
110 DEF FN f()=PEEK 23672+256*PEEK 23673+65536*PEEK 23674
200 REM --- the face ---
210 BORDER 1: PAPER 1: INK 7: BRIGHT 0: OVER 0: CLS
220 CIRCLE INK 6;128,88,86: CIRCLE INK 6;128,88,83
230 FOR i=0 TO 59: LET a=i*PI/30: LET r=80: IF i/5=INT (i/5) THEN LET r=76
240 PLOT 128+r*SIN a,88+r*COS a: DRAW (82-r)*SIN a,(82-r)*COS a: NEXT i
250 FOR i=1 TO 12: LET a=i*PI/6: PRINT AT 10.5-8.4*COS a,15.6+8.4*SIN a-(i>9)*.6; INK 5; BRIGHT 1;i: NEXT i
260 PRINT AT 0,0; INK 6;"S: set"; AT 21,0;"Q: end"
300 REM --- the time, in seconds since midnight; from now on FRAMES tells how much is added ---
310 LET start=3600*hour+60*minute+second: LET zero=FN f()
320 LET now=start: GO SUB 6000: LET last=now
400 REM --- every second the hands are drawn away and drawn anew ---
410 LET k$=INKEY$: IF k$="s" THEN GO TO 500
420 IF k$="q" THEN INK 0: PAPER 7: BORDER 7: CLS : STOP
430 LET f=FN f()-zero: IF f<0 THEN LET f=f+16777216
440 LET now=start+INT (f/50): IF now>=86400 THEN LET start=start-86400: GO TO 440
450 IF now=last THEN PAUSE 1: GO TO 410
460 LET t=last: GO SUB 6100: LET last=now: GO SUB 6000: GO TO 410
500 REM --- setting it ---
510 LET h$="Hour (0 to 23) ": LET most=23: GO SUB 600: LET hour=n
520 LET h$="Minute (0 to 59) ": LET most=59: GO SUB 600: LET minute=n
530 LET second=0: GO TO 200
600 REM a number n from 0 to most
610 INPUT (h$); LINE k$: IF k$="" OR LEN k$>2 THEN GO TO 610
620 FOR i=1 TO LEN k$: IF k$(i)<"0" OR k$(i)>"9" THEN GO TO 610
630 NEXT i: LET n=VAL k$: IF n>most THEN GO TO 610
640 RETURN
6000 REM --- the time now: in digits, and by hands ---
6010 LET h=INT (now/3600): LET m=INT (now/60)-60*h: LET s=now-60*INT (now/60)
6020 LET t$=STR$ (100+h)+STR$ (100+m)+STR$ (100+s): LET t$=t$(2 TO 3)+":"+t$(5 TO 6)+":"+t$(8 TO 9)
6030 PRINT AT 0,24; INK 7; BRIGHT 1;t$: LET t=now
6100 REM the hands at t, drawn or drawn away by OVER 1
6110 OVER 1: LET a=t*PI/30: PLOT 128,88: DRAW 72*SIN a,72*COS a
6120 LET a=INT (t/60)*PI/30: LET l=64: GO SUB 6200
6130 LET a=INT (t/60)*PI/360: LET l=44: GO SUB 6200
6140 OVER 0: RETURN
6200 REM a hand as a long pointed shape
6210 LET u=INT (l*SIN a+.5): LET v=INT (l*COS a+.5): LET p=INT (12*SIN (a+.35)+.5): LET q=INT (12*COS (a+.35)+.5): LET g=INT (12*SIN (a-.35)+.5): LET h=INT (12*COS (a-.35)+.5)
6220 PLOT 128,88: DRAW p,q: DRAW u-p,v-q: DRAW g-u,h-v: DRAW -g,-h
6230 RETURN
