# Incidents: storms, known faults, who is told when they are mended.

incidents-title = Incidents
incidents-none = No incidents
incidents-none-text = When many call about the same fault, make an incident of it: later callers are told at once, and all are called back when it is mended.
incident-new = New incident
incident-new-text = Callers from this area, or who say these words, are shown as “known” while they ring. One key adds each of them.
incident-declare = Make it known
incident-what = What is broken
incident-what-hint = No water in the north of the town
incident-announcement = What callers are told
incident-announcement-hint = Read out as it stands; it is on the card of each such call.
incident-eta = Over by
incident-until = until { $time }
incident-area = Area
incident-area-hint = How the callers’ numbers begin (+49301), or the area of a site (12047).
incident-words = Words
incident-words-hint = Words that callers use, apart by spaces.
incident-since = Known since
incident-open = Open
incident-solved = Mended
incident-solve = It is mended
incident-told = What callers are told
incident-say = Say:
incident-calls = Calls
incident-parts = Tickets of their own
incident-left = Still to call
incident-nobody = Nobody who called left a number.
incident-known = Known:
incident-add = Add to it

storm-callers = { $count } callers in { $minutes } minutes
storm-area = from { $area }. Is it an incident?
storm-word = say “{ $word }”. Is it an incident?
storm-prefix = with numbers that begin with { $prefix }. Is it an incident?
storm-declare = Make an incident
storm-quiet = No

done-incident-declared = The incident is known now.
done-incident-solved = Mended. To call back: { $it }.

error-incident-solved = This incident is mended already.
