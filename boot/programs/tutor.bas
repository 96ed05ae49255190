10 REM Tutor
20 REM BASIC in nine lessons, from PRINT to a game. LIST it afterwards: it is BASIC itself.
30 REM The lessons are DATA. The first character of each line says what it is:
40 REM blank: text, >: a line of a program, =: an example to do, ?: a question, -: a new page, .: the end
100 POKE 23658,0: DIM d(9)
200 REM --- which lesson? ---
210 BORDER 1: PAPER 1: INK 7: BRIGHT 0: FLASH 0: OVER 0: CLS
220 PRINT AT 1,6; INK 6; BRIGHT 1;"BASIC in nine lessons"
230 FOR n=1 TO 9: RESTORE 1000*n: READ n$: PRINT AT 2+2*n,5; INK 5;n; INK 7;"  ";n$: IF d(n) THEN PRINT AT 2+2*n,2; INK 4; BRIGHT 1;"\a"
240 NEXT n: PRINT AT 21,1; INK 6;"Press a number, or Q to end."
250 RESTORE 9900: FOR i=0 TO 7: READ b: POKE USR "a"+i,b: NEXT i
260 IF INKEY$<>"" THEN GO TO 260
270 LET k$=INKEY$: IF k$="q" THEN INK 0: PAPER 7: BORDER 7: CLS : STOP
280 IF k$<"1" OR k$>"9" THEN GO TO 270
290 LET lesson=VAL k$: RESTORE 1000*lesson: READ n$
300 REM --- a page ---
310 GO SUB 600
320 READ a$: IF a$="" THEN LET row=row+1: GO TO 320
325 LET c$=a$(1): LET a$=a$(2 TO )
330 IF c$=" " THEN PRINT AT row,0; INK 7;a$: LET row=row+1: GO TO 320
340 IF c$=">" THEN PRINT AT row,2; INK 6; BRIGHT 1;a$: LET row=row+1: GO TO 320
350 IF c$="=" THEN GO SUB 700: PRINT AT row,0;: GO SUB 8000+50*VAL a$: GO TO 320
360 IF c$="?" THEN GO SUB 800: GO TO 320
370 GO SUB 700: IF c$="-" THEN GO TO 300
380 LET d(lesson)=1: IF lesson<9 THEN LET lesson=lesson+1: RESTORE 1000*lesson: READ n$: CLS : PRINT AT 8,3;"That was lesson ";lesson-1;"."; AT 10,3;"ENTER: on to lesson ";lesson; AT 12,3;"another key: the list": GO SUB 900: IF k$=CHR$ 13 THEN GO TO 300
390 GO TO 200
600 REM --- an empty page with the title ---
610 PAPER 1: INK 7: BRIGHT 0: BORDER 1: CLS : PRINT AT 0,0; PAPER 5; INK 0;lesson;"  ";n$;TAB 32;: LET row=2: RETURN
700 REM --- go on with a key ---
710 PRINT #1; AT 1,0; INK 5;"Press a key to go on.": GO SUB 900: INPUT "": RETURN
800 REM --- a question: read the answer and a hint, ask until it is right ---
810 READ r$,h$
820 PRINT AT row,0; INK 5;a$: LET row=row+1
830 INPUT "Answer: "; LINE k$: IF k$=r$ THEN PRINT AT row,0; INK 4; BRIGHT 1;"Right: ";r$;TAB 32: LET row=row+2: BEEP .08,12: RETURN
840 PRINT AT row,0; INK 6;h$;TAB 32;: BEEP .1,-5: GO TO 830
900 REM --- wait until no key is down, then for a key ---
910 IF INKEY$<>"" THEN GO TO 910
920 LET k$=INKEY$: IF k$="" THEN GO TO 920
930 RETURN
950 REM --- asks h$ until the answer is a number g of up to three digits ---
960 INPUT (h$); LINE k$: IF k$="" OR LEN k$>3 THEN GO TO 960
970 FOR n=1 TO LEN k$: IF k$(n)<"0" OR k$(n)>"9" THEN GO TO 960
980 NEXT n: LET g=VAL k$: RETURN
1000 DATA "The machine listens"
1010 DATA " This machine does what you type,"," as soon as you press ENTER.",""
1020 DATA " Type for instance",">PRINT 2+3"," and it answers","=1"
1030 DATA " You need not do it now. When you"," have left this program, try it.","-"
1040 DATA " A line with a number in front is"," not done at once, but kept:",""
1050 DATA ">10 PRINT ""Hello"""," RUN does the lines that are kept"," in the order of their numbers:"
1060 DATA "=2"," LIST shows them, NEW drops them."," Esc stops what runs (BREAK).",""
1070 DATA "?Which word starts a program?","run","Three letters, like going fast.","."
2000 DATA "PRINT"
2010 DATA " PRINT puts things on the screen.",""," Text stands in quotes, sums not:",">PRINT ""7*6""",">PRINT 7*6","=3"
2020 DATA " A semicolon keeps things close,"," a comma sets them at the middle:",">PRINT 1;2,3","=4","-"
2030 DATA " AT says where: first the row, 0"," to 21, then the column, 0 to 31.",">PRINT AT 15,10;""Here""","=5"
2040 DATA " + - and * and / count as usual;"," ^ is power, SQR the square root.",""
2050 DATA "?What does  PRINT 2+3*4  print?","14","* goes first: 3*4 is 12.","."
3000 DATA "Variables"
3010 DATA " LET gives something a name.",">10 LET apples=5",">20 LET apples=apples+2",">30 PRINT apples","=6"
3020 DATA " Names of texts are one letter"," and a dollar sign.",">10 LET n$=""Clive""",">20 PRINT ""Hello, "";n$","=7","-"
3030 DATA " INPUT asks whoever sits there:",">10 INPUT ""Your name? "";n$",">20 PRINT ""Hello, "";n$","=8"
3040 DATA " LEN n$ is how long a text is,"," and n$(2 TO 4) a piece of it.",""
3050 DATA "?LET a=6: LET a=a*2. What is a?","12","The new a is twice the old one.","."
4000 DATA "Again and again"
4010 DATA " FOR and NEXT do what is between"," them, and count.",">10 FOR n=1 TO 5",">20 PRINT n;"" times 7 is "";7*n",">30 NEXT n","=9","-"
4020 DATA " STEP says by how much:",">FOR n=10 TO 0 STEP -2","=10"
4030 DATA " GO TO goes to another line:",">10 PRINT ""On and on "";",">20 GO TO 10"," That never ends: press Esc."
4040 DATA "","?FOR i=1 TO 9 STEP 2: how often?","5","1, 3, 5 ...","."
5000 DATA "If"
5010 DATA " IF asks whether something is so."," THEN does the rest of the line.",">10 INPUT ""How old are you? "";a",">20 IF a<18 THEN PRINT ""Young""",">30 IF a>=18 THEN PRINT ""Grown""","=11","-"
5020 DATA " = < > compare; <> is unequal,"," <= and >= mean or equal."," AND, OR and NOT connect:",">IF a>12 AND a<20 THEN ...",""
5030 DATA " RND is a number by chance from"," 0 to 1. So a die is",">PRINT 1+INT (RND*6)","=12"
5040 DATA "?Is 3<>4 so? (yes or no)","yes","<> means unequal.","."
6000 DATA "Colours"
6010 DATA " 0 black    1 blue   2 red"," 3 magenta  4 green  5 cyan"," 6 yellow   7 white",""
6020 DATA " INK is the colour of what is"," written, PAPER that behind it,"," BORDER that of the frame.",">PRINT INK 2; PAPER 6;""Fire""","=13"
6030 DATA " BRIGHT 1 and FLASH 1 do more:","=14","-"
6040 DATA " A picture made of colours only:",">10 FOR n=0 TO 703",">20 PRINT PAPER RND*7;"" "";",">30 NEXT n","=15"
6050 DATA "?Which number is green?","4","Between magenta and cyan.","."
7000 DATA "Lines and circles"
7010 DATA " The screen has 256 points in a"," row and 176 rows; 0,0 is below"," left.",">PLOT x,y"," sets a point,",">DRAW a,b"," a line from there, a to the"," right and b up,",">CIRCLE x,y,r"," a circle.","-"
7020 DATA " This draws a fan:",">10 FOR n=0 TO 255 STEP 6",">20 PLOT 128,10: DRAW n-128,90",">30 NEXT n","=16"
7030 DATA " and this rings:",">10 FOR r=5 TO 60 STEP 5",">20 CIRCLE 128,75,r: NEXT r","=17"
7040 DATA "?How many points are in a row?","256","One more than 255.","."
8000 DATA "Sound and time"
8010 DATA " BEEP makes a tone. How long, in"," seconds, then how high: 0 is the"," middle C, 12 an octave above.",">10 FOR n=0 TO 12",">20 BEEP .1,n",">30 NEXT n","=18"
8020 DATA " In 128 BASIC, PLAY plays three"," voices at once:",">PLAY ""cdefg"",""efgab""","-"
8030 DATA " PAUSE 50 waits a second, or for"," a key; PAUSE 0 only for a key.",""," INKEY$ is the key that is down,"," or nothing."
8040 DATA "","?How many seconds is PAUSE 100?","2","Fifty are one second.","."
8050 PRINT INK 4; BRIGHT 1;"5": LET row=row+2: RETURN
8100 PRINT INK 4; BRIGHT 1;"Hello": LET row=row+2: RETURN
8150 PRINT INK 4; BRIGHT 1;"7*6"'"42": LET row=row+3: RETURN
8200 PRINT INK 4; BRIGHT 1;1;2,3: LET row=row+2: RETURN
8250 PRINT AT 15,10; INK 4; BRIGHT 1;"Here": LET row=row+1: RETURN
8300 PRINT INK 4; BRIGHT 1;7: LET row=row+2: RETURN
8350 PRINT INK 4; BRIGHT 1;"Hello, Clive": LET row=row+2: RETURN
8400 INPUT "Your name? "; LINE k$: PRINT INK 4; BRIGHT 1;"Hello, ";k$: LET row=row+2: RETURN
8450 FOR n=1 TO 5: PRINT INK 4; BRIGHT 1;n;" times 7 is ";7*n: NEXT n: LET row=row+6: RETURN
8500 FOR n=10 TO 0 STEP -2: PRINT INK 4; BRIGHT 1;n;" ";: NEXT n: LET row=row+2: RETURN
8550 LET h$="How old are you? ": GO SUB 950: LET a=g: PRINT INK 4; BRIGHT 1;("Young" AND a<18)+("Grown" AND a>=18): LET row=row+2: RETURN
8600 RANDOMIZE : FOR n=1 TO 8: PRINT INK 4; BRIGHT 1;1+INT (RND*6);" ";: NEXT n: LET row=row+2: RETURN
8650 PRINT INK 2; PAPER 6;"Fire": LET row=row+2: RETURN
8700 PRINT BRIGHT 1;"bright "; FLASH 1;"flash": LET row=row+2: RETURN
8750 CLS : FOR n=0 TO 703: PRINT PAPER RND*7;" ";: NEXT n: GO SUB 700: GO SUB 600: RETURN
8800 INK 6: FOR n=0 TO 255 STEP 6: PLOT 128,10: DRAW n-128,90: NEXT n: INK 7: GO SUB 700: GO SUB 600: RETURN
8850 INK 4: FOR r=5 TO 60 STEP 5: CIRCLE 128,75,r: NEXT r: INK 7: GO SUB 700: GO SUB 600: RETURN
8900 FOR n=0 TO 12: BEEP .1,n: NEXT n: LET row=row+1: RETURN
8950 CLS : PRINT INK 6;"Guess my number, 1 to 100.": LET x=1+INT (RND*100): LET t=0
8960 LET t=t+1: LET h$="Your guess? ": GO SUB 950: PRINT g,: IF g<x THEN PRINT "too small": GO TO 8960
8970 IF g>x THEN PRINT "too large": GO TO 8960
8980 PRINT INK 4; BRIGHT 1;"Right, with ";t;" guesses!": FOR n=0 TO 12 STEP 4: BEEP .1,n: NEXT n: GO SUB 700: GO SUB 600: RETURN
9000 DATA "A game"
9010 DATA " All of it together:","",">10 LET x=1+INT (RND*100)",">20 INPUT ""Your guess? "";g",">30 IF g<x THEN PRINT ""small""",">40 IF g>x THEN PRINT ""large""",">50 IF g<>x THEN GO TO 20",">60 PRINT ""Right!"""
9020 DATA ""," Line 50 goes back until you have"," found it. Play it:","=19"
9030 DATA " Now leave this program with Q,"," type NEW and then the game, line"," by line. RUN starts it.",""," What could be better? It could"," count the guesses, for instance."," What you are using is BASIC,"," too: LIST shows how it is done.","."
9900 DATA 0,1,3,6,140,216,112,32
