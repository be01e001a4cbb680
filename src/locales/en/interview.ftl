# The interview on the phone, like tickets, links between calls and tickets, categories.

interview-title = Take the call down
interview-what = What
interview-where = Where
interview-how-bad = How bad
interview-who = Who (team)
interview-when = When
interview-notes = Notes
interview-caller = Who calls
interview-somebody-else = Somebody else
interview-name = Caller's name
interview-save-contact = Save as contact with this number
interview-caller-line = Caller: { $name }
interview-save = Save
interview-dispatch = Save and dispatch
interview-more = Save, another matter
interview-script = Script
interview-script-load = Show the script
interview-missed = The caller hung up. What you typed is still here.
interview-restored = What you had typed is back.
interview-discard = Start over
interview-unsent = This could not be sent. What you typed is kept; try again.
interview-again = Already taken down as { $number }:
interview-undo = Undo

when-any = Any time
when-now = Now
when-today = Today
when-tomorrow = Tomorrow morning
when-at = At a time
when-at-field = Day and time

similar-title = Open and alike
similar-none = Open tickets like this one show here.
similar-double = This looks like ticket { $number }.
similar-caller = same caller
similar-site = same site
similar-tab = (opens a new tab)
similar-add = Add this call
similar-add-to = Add this call to { $number }
similar-other = Duplicate of another ticket …

ticket-category = Category
ticket-site = Site
ticket-wanted = Wanted by
ticket-part-of = Part of
ticket-parts = Its parts
ticket-siblings = From the same calls
ticket-together = Belongs together
ticket-add-call = Add the current call
ticket-goes-on = This call goes on in
ticket-who-goes = Who goes?
call-more = Another matter
call-unlink = Not about this

categories-title = Categories
categories-new = New category
categories-edit = Category
categories-none = No categories yet
categories-none-text = A category has a script that guides the call, and presets team and priority.
categories-checks = Checks
categories-script-hint = Plain lines are said or read. Lines that begin with “- ” are ticked off and become part of the note.
categories-preview = Preview
categories-no-script = No script.
categories-state = Use
categories-archive = Archive
categories-archive-text = New tickets can't be of an archived category. Tickets that are of it keep it.
categories-archived-text = This category is archived: new tickets can't be of it.
categories-restore = Use again
admin-categories = What calls can be about, with scripts and presets.

history-site = set the site { $site }
history-site-changed = set another site
history-no-site = removed the site
history-category = put it under { $category }
history-no-category = took it out of its category
history-parent = made it part of { $number }
history-no-parent = took it out of the ticket it was part of
history-wanted = set it as wanted by { $moment }
history-no-wanted = removed when it is wanted

done-ticket-saved = { $it } saved.
done-call-linked = Call added to { $it }.
done-call-unlinked = Call taken off { $it }.
done-category-added = The category is there.
done-category-archived = Archived. You can use it again below.
done-category-restored = In use again.

error-parent = A ticket can't be part of this one.
error-moment = This is not a day and a time.
error-ticket-number = There is no ticket with this number.
error-no-call = There is no call to add.
error-call-only-ticket = This is the call's only ticket. Add the call to another one first.
error-categories-full = There are too many categories. Change one that is archived.
