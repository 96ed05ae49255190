10 REM Adventure: The Lighthouse
20 REM Tell the machine what to do in one word or two: NORTH or N, TAKE LAMP, LOOK ...
100 POKE 23658,0: GO SUB 8000
110 BORDER 0: PAPER 0: INK 7: BRIGHT 0: CLS
120 PRINT AT 1,7; INK 6; BRIGHT 1;"THE  LIGHTHOUSE"''
130 LET t$="Night is near. A ship with your sister on board is on its way home, and the great light on the cliff is dark: its keeper is in town. Somebody has to light it.": GO SUB 7000
140 PRINT : LET t$="One word or two tell me what to do: N, S, E, W, U and D go, TAKE, DROP, LOOK, I (what do I carry), HELP ... Find out the others.": GO SUB 7000
150 PRINT : GO SUB 2000
200 REM --- a command ---
210 IF won THEN GO TO 6000
220 POKE 23692,255: PRINT : INPUT "? "; LINE i$: IF i$="" THEN GO TO 220
230 PRINT INK 5;"> ";i$: LET turns=turns+1
240 LET v$="": LET n$="": LET w$=""
250 FOR i=1 TO LEN i$+1: LET c$=" ": IF i<=LEN i$ THEN LET c$=i$(i): IF c$>="A" AND c$<="Z" THEN LET c$=CHR$ (CODE c$+32)
260 IF c$<>" " THEN LET w$=w$+c$: GO TO 290
270 IF w$<>"" AND v$="" THEN LET v$=w$: LET w$=""
280 IF w$<>"" THEN LET n$=w$: LET w$=""
290 NEXT i
300 IF v$="go" OR v$="walk" OR v$="climb" THEN IF n$<>"" AND n$<>"rope" AND n$<>"ladder" THEN LET v$=n$
310 IF v$="" THEN GO TO 200
320 LET v$=(v$+"   ")( TO 3): LET v=0: FOR i=1 TO LEN s$ STEP 5: IF s$(i TO i+2)=v$ THEN LET v=VAL s$(i+3 TO i+4): LET i=999
330 NEXT i: LET n=0: IF n$="" THEN GO TO 350
340 FOR i=1 TO things: IF o$(i, TO 3)=(n$+"   ")( TO 3) THEN LET n=i: LET i=99
345 NEXT i
350 IF v=0 THEN LET t$="I do not know how to do that.": GO SUB 7000: GO TO 200
360 IF v<=6 THEN GO TO 1000
370 GO TO 3000+100*v
1000 REM --- to go ---
1010 LET d=e(here,v)
1020 IF here=2 AND v=1 AND NOT open THEN LET t$="The door of the lighthouse is locked.": GO SUB 7000: GO TO 200
1030 IF here=4 AND v=5 AND NOT tied THEN LET t$="The ladder is broken in the middle. Something would have to be tied to the upper half.": GO SUB 7000: GO TO 200
1040 IF d=0 THEN LET t$="There is no way there.": GO SUB 7000: GO TO 200
1050 LET here=d: GO SUB 2000: GO TO 200
2000 REM --- what is here ---
2010 LET dark=(here=3 OR here=7) AND NOT (lit AND (l(1)=99 OR l(1)=here))
2020 IF dark THEN LET t$="It is pitch dark here. You hear water drop. You can go back the way you came.": GO SUB 7000: RETURN
2030 RESTORE 9000+10*here: READ t$: INK 6: GO SUB 7000: INK 7
2040 IF here=3 AND NOT fed THEN LET t$="A crab as large as a dog sits in the middle and snaps at everything.": GO SUB 7000
2050 IF here=2 AND open THEN LET t$="The door of the lighthouse is open.": GO SUB 7000
2060 IF here=4 AND tied THEN LET t$="A rope hangs from the upper half of the ladder.": GO SUB 7000
2070 FOR i=1 TO things: IF l(i)=here THEN LET k=1: LET t$="There is "+a$(i): GO SUB 2200: LET t$=t$+" here.": GO SUB 7000
2080 NEXT i
2090 LET t$="You can go ": LET d$="north,south,east, west, up,   down, "
2100 FOR i=1 TO 6: IF e(here,i) THEN LET t$=t$+d$(6*i-5 TO 6*i): GO SUB 2200: LET t$=t$+" "
2110 NEXT i: LET t$=t$( TO LEN t$-2)+".": INK 4: GO SUB 7000: INK 7: RETURN
2200 REM t$ without blanks at its end
2210 IF t$(LEN t$)=" " THEN LET t$=t$( TO LEN t$-1): GO TO 2210
2220 RETURN
3700 REM --- look ---
3710 GO SUB 2000: GO TO 200
3800 REM --- what do I carry ---
3810 LET k=0: FOR i=1 TO things: IF l(i)=99 THEN LET k=k+1: LET t$="You carry "+a$(i): GO SUB 2200: LET t$=t$+(", lit" AND i=1 AND lit)+".": GO SUB 7000
3820 NEXT i: IF k=0 THEN LET t$="You carry nothing.": GO SUB 7000
3830 GO TO 200
3900 REM --- take ---
3910 IF n=0 THEN LET t$="Take what?": GO SUB 7000: GO TO 200
3920 IF l(n)=99 THEN LET t$="You have that.": GO SUB 7000: GO TO 200
3930 IF l(n)<>here OR dark AND (n=4 OR n=6) THEN LET t$="I see no such thing.": GO SUB 7000: GO TO 200
3940 IF n=4 AND NOT fed THEN LET t$="The crab does not let you come near it. It looks hungry.": GO SUB 7000: GO TO 200
3950 LET l(n)=99: LET t$="Taken.": GO SUB 7000: GO TO 200
4000 REM --- drop ---
4010 IF n=0 THEN LET t$="Drop what?": GO SUB 7000: GO TO 200
4020 IF l(n)<>99 THEN LET t$="You do not have that.": GO SUB 7000: GO TO 200
4030 IF n=3 AND here=3 AND NOT dark THEN GO TO 4400
4040 LET l(n)=here: LET t$="Dropped.": GO SUB 7000: GO TO 200
4100 REM --- open ---
4110 IF here=5 AND n$="drawer" AND l(2)=0 THEN LET l(2)=5: LET t$="In the drawer there are matches.": GO SUB 7000: GO TO 200
4120 IF here=2 THEN GO TO 4300
4130 LET t$="That cannot be opened.": GO SUB 7000: GO TO 200
4200 REM --- light ---
4210 IF l(2)<>99 THEN LET t$="What with?": GO SUB 7000: GO TO 200
4220 IF n$="light" OR here=6 AND n<>1 THEN GO TO 4250
4230 IF n=1 AND (l(1)=99 OR l(1)=here) THEN LET lit=1: LET t$="The lamp burns with a small yellow flame.": GO SUB 7000: IF dark THEN GO SUB 2000: GO TO 200
4235 IF n=1 AND lit THEN GO TO 200
4240 LET t$="That does not burn.": GO SUB 7000: GO TO 200
4250 IF here<>6 THEN LET t$="The great light is at the top of the tower.": GO SUB 7000: GO TO 200
4260 IF NOT full THEN LET t$="Its tank is empty. It goes out at once.": GO SUB 7000: GO TO 200
4270 LET won=1: GO TO 200
4300 REM --- unlock ---
4310 IF here<>2 THEN LET t$="There is nothing locked here.": GO SUB 7000: GO TO 200
4320 IF open THEN LET t$="It is open.": GO SUB 7000: GO TO 200
4330 IF l(4)<>99 THEN LET t$="You have no key.": GO SUB 7000: GO TO 200
4340 LET open=1: LET t$="The key turns. The door swings open.": GO SUB 7000: GO TO 200
4400 REM --- give, feed ---
4410 IF here<>3 OR dark OR fed THEN LET t$="There is nobody who wants anything.": GO SUB 7000: GO TO 200
4420 IF l(3)<>99 OR n>0 AND n<>3 THEN LET t$="The crab is not interested.": GO SUB 7000: GO TO 200
4430 LET fed=1: LET l(3)=0: LET t$="The crab takes the bread, carries it to a corner and forgets about you.": GO SUB 7000: GO TO 200
4500 REM --- tie ---
4510 IF l(5)<>99 THEN LET t$="You have nothing to tie.": GO SUB 7000: GO TO 200
4520 IF here<>4 THEN LET t$="There is nothing here to tie it to.": GO SUB 7000: GO TO 200
4530 LET l(5)=0: LET tied=1: LET t$="At the third throw the rope holds. You can climb up now.": GO SUB 7000: GO TO 200
4600 REM --- pour, fill ---
4610 IF l(6)<>99 THEN LET t$="You have nothing to pour.": GO SUB 7000: GO TO 200
4620 IF here<>6 THEN LET t$="Better not here. It may be needed.": GO SUB 7000: GO TO 200
4630 LET full=1: LET l(6)=0: LET t$="The tank of the great light is full.": GO SUB 7000: GO TO 200
4700 REM --- help ---
4710 LET t$="I know: N S E W U D, LOOK, I, TAKE, DROP, OPEN, UNLOCK, LIGHT, GIVE, TIE, POUR, READ, SCORE, QUIT.": GO SUB 7000
4720 IF here=5 THEN LET t$="Did you look into the drawer?": GO SUB 7000
4730 IF dark THEN LET t$="With a lamp you would see more.": GO SUB 7000
4740 GO TO 200
4800 REM --- read, examine ---
4810 IF here=5 AND n$="letter" THEN LET t$="'Dear keeper, the oil is in the cellar, as ever. I lost the key in the cave when that animal came at me. Buy bread!'": GO SUB 7000: GO TO 200
4820 IF here=5 AND n$="drawer" THEN GO TO 4100
4830 IF n>0 AND NOT dark THEN IF l(n)=99 OR l(n)=here THEN LET t$="It looks useful.": GO SUB 7000: GO TO 200
4840 LET t$="You see nothing special.": GO SUB 7000: GO TO 200
4900 REM --- score ---
4910 LET k=20*(open+fed+tied+full+lit): LET t$="You have "+STR$ k+" of 100 points, after "+STR$ turns+" turns.": GO SUB 7000: GO TO 200
5000 REM --- quit ---
5010 INPUT "Really? (y/n) "; LINE i$: IF i$<>"y" AND i$<>"Y" THEN GO TO 200
5020 GO TO 6100
6000 REM --- done ---
6010 FOR i=1 TO 6: FOR c=4 TO 7: BORDER c: PAUSE 3: NEXT c: NEXT i: BORDER 0
6020 PRINT : INK 6: BRIGHT 1: LET t$="The great light flares up, and its beam walks out over the sea. Far out a ship's horn answers, and slowly her lights turn away from the rocks.": GO SUB 7000
6030 BRIGHT 0: INK 7: PRINT : LET t$="You have done it, in "+STR$ turns+" turns.": GO SUB 7000
6100 PRINT : INPUT "Once more? (y/n) "; LINE i$: IF i$="y" OR i$="Y" THEN GO TO 100
6110 IF i$<>"n" AND i$<>"N" THEN GO TO 6100
6120 INK 0: PAPER 7: BORDER 7: CLS : STOP
7000 REM --- t$ in lines of whole words ---
7010 POKE 23692,255
7020 IF LEN t$<=32 THEN PRINT t$;: IF LEN t$<32 THEN PRINT : RETURN
7030 IF LEN t$<=32 THEN RETURN
7040 LET k=33
7050 IF t$(k)<>" " THEN LET k=k-1: GO TO 7050
7060 PRINT t$( TO k-1);: IF k<33 THEN PRINT
7070 LET t$=t$(k+1 TO ): GO TO 7020
8000 REM --- rooms, things, words ---
8010 DIM e(8,6): RESTORE 8100: FOR i=1 TO 8: FOR j=1 TO 6: READ e(i,j): NEXT j: NEXT i
8020 LET things=6: DIM o$(6,8): DIM a$(6,18): DIM l(6): FOR i=1 TO 6: READ o$(i),a$(i),l(i): NEXT i
8030 LET s$="": FOR i=1 TO 38: READ v$,v: LET n$=STR$ (100+v): LET s$=s$+(v$+"   ")( TO 3)+n$(2 TO ): NEXT i
8040 LET here=1: LET open=0: LET tied=0: LET fed=0: LET lit=0: LET full=0: LET won=0: LET turns=0: LET dark=0
8050 RETURN
8100 DATA 2,0,3,8,0,0: REM 1 beach: north, south, east, west, up, down
8110 DATA 4,1,0,5,0,0: REM 2 cliff
8120 DATA 0,0,0,1,0,0: REM 3 cave
8130 DATA 0,2,0,0,6,7: REM 4 hall
8140 DATA 0,0,2,0,0,0: REM 5 cottage
8150 DATA 0,0,0,0,0,4: REM 6 lamp room
8160 DATA 0,0,0,0,4,0: REM 7 cellar
8170 DATA 0,0,1,0,0,0: REM 8 rocks
8200 DATA "lamp","a lamp",5,"matches","a box of matches",0,"bread","a loaf of bread",5
8210 DATA "key","a large key",3,"rope","a long rope",8,"oil","a can of oil",7
8300 DATA "n",1,"nor",1,"s",2,"sou",2,"e",3,"eas",3,"w",4,"wes",4,"u",5,"up",5,"d",6,"dow",6
8310 DATA "l",7,"loo",7,"i",8,"inv",8,"tak",9,"get",9,"dro",10,"put",10,"ope",11,"lig",12,"bur",12,"unl",13
8320 DATA "giv",14,"fee",14,"tie",15,"thr",15,"pou",16,"fil",16,"hel",17,"rea",18,"exa",18,"sco",19,"qui",20
8330 DATA "cli",5,"ent",1,"lea",2
9010 DATA "You are on a beach. The tide is low. A path climbs the cliff, and in the rock gapes a cave."
9020 DATA "You are on the cliff, before the door of the lighthouse. To the west smoke rises from a cottage."
9030 DATA "You are in a cave. The walls shine with wet."
9040 DATA "You are in the hall of the lighthouse. A ladder leads up into the tower, a stair down into the earth."
9050 DATA "You are in the keeper's cottage. There are a table with a drawer, and a letter."
9060 DATA "You are at the top of the tower, beside the great light. All round is the sea, and it grows dark."
9070 DATA "You are in the cellar among empty barrels."
9080 DATA "You are among black rocks, where a boat was wrecked long ago."
