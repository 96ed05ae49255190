10 REM Fern
20 REM Michael Barnsley's fern: four simple rules, taken by chance again and again.
30 REM The leaves look like the whole because the rules make them from the whole.
100 BORDER 0: PAPER 0: INK 4: BRIGHT 0: CLS
110 PRINT AT 0,17; INK 7;"Barnsley's fern"; AT 2,20; INK 5;"x,y becomes"
120 PRINT AT 4,18; INK 7;"1%"; INK 4;" stem"; AT 5,18; INK 7;"85%"; INK 4;" the next"; AT 6,22;"leaf up"; AT 7,18; INK 7;"7%"; INK 4;" left leaf"; AT 8,18; INK 7;"7%"; INK 4;" right leaf"
130 PRINT AT 21,18; INK 5;"A key: end"
200 LET x=0: LET y=0: LET n=0
210 LET r=RND
220 IF r<.85 THEN LET z=.85*x+.04*y: LET y=.85*y-.04*x+1.6: LET x=z: GO TO 260
230 IF r<.92 THEN LET z=.2*x-.26*y: LET y=.23*x+.22*y+1.6: LET x=z: GO TO 260
240 IF r<.99 THEN LET z=.28*y-.15*x: LET y=.26*x+.24*y+.44: LET x=z: GO TO 260
250 LET x=0: LET y=.16*y
260 PLOT INK 4; BRIGHT (RND>.7);62+x*24,y*17.4
270 LET n=n+1: IF n/100<>INT (n/100) THEN GO TO 210
280 PRINT AT 19,18; INK 7;n;" points"
290 IF INKEY$="" AND n<40000 THEN GO TO 210
300 PRINT AT 21,18; INK 5;"          "
