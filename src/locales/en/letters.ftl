# Letters in the thread of a ticket, answers, and what agents are told by mail.

ticket-channel-mail = Mail
ticket-letter-of = Letter from { $sender }

letter-to = to
letter-cc = copy to
letter-bcc = hidden copy to
letter-people = { $count } people
letter-rest = Show what is quoted, and the signature
letter-show = Show the letter
letter-page = As it was written
letter-raw = Original (.eml)
letter-remote = { $count ->
    [one] One picture is on another server. It is a link here; opening it tells its sender that you read this.
   *[other] { $count } pictures are on other servers. They are links here; opening one tells its sender that you read this.
}
letter-unverified = This came by a right answer address, but from another sender. Whoever wrote it has no rights in this ticket; check before you trust it.
letter-doubt-unchecked = Nobody has checked who sent this: it joined by what others can know as well, the ticket number or an earlier letter, and anybody can write this address as the sender. Ask back on a way you know before you act on it or tell secrets. An admin can have senders checked: name the mail server in the settings of the mailbox.
letter-doubt-unproven-bounce = Anybody could have written this: it speaks of a letter that others know as well. No address was marked because of it. Do not give up an address before a letter of yours comes back.
letter-auto-reply = Automatic reply
letter-auto-generated = Written by a machine
letter-bounce = Undeliverable
letter-authenticated = Sender proven
letter-spam = Taken for spam on the way
letter-odd-several-from = Several senders
letter-odd-sender-from-reply-to = Sender taken from Reply-To
letter-odd-no-sender = No sender
letter-odd-headers-cut = Too many headers
letter-odd-recipients-cut = Too many recipients
letter-odd-subject-cut = Subject cut
letter-odd-parts-cut = Too many parts
letter-odd-attachments-cut = Some files left out
letter-odd-text-cut = Text cut
letter-odd-html-too-complex = Layout too complex, text shown
letter-odd-unknown-charset = Unknown character set
letter-odd-rich-text = Rich text not shown
letter-odd-encrypted = Encrypted
letter-odd-opaquely-signed = Signed, contents packed
letter-odd-too-large = Too large, only the beginning was taken
letter-odd-unproven = Sender not proven
letter-odd-unchecked = Sender not checked
letter-odd-unproven-bounce = Not proven to be real
letter-odd-refuted = Sender check failed, maybe forged
letter-meeting = Meeting
letter-meeting-cancelled = Meeting cancelled
letter-meeting-answered = Answer to a meeting
letter-held = Goes out soon
letter-queued = On its way
letter-sent = Sent
letter-cancelled = Taken back
letter-failed = Not delivered.
letter-failed-some = Not delivered to everybody.
letter-open = Others have it. For these it is tried again by itself:
letter-refused = These addresses did not take it:
letter-undo = Undo
letter-again = Try again
letter-edit = Edit and send anew
letter-wrote = On { $when }, { $who } wrote:
letter-cut = [The letter goes on here; it was too long to be passed on whole.]

letter-answer = Answer by mail
letter-answer-to = Answer to #{ $number }
letter-reply = Reply
letter-reply-all = Reply all
letter-forward = Forward
letter-restored = This is your draft from before.
letter-from = From
letter-to-field = To
letter-cc-field = Copy (Cc)
letter-bcc-field = Hidden copy (Bcc)
letter-more-people = Copies
letter-text = Text
letter-markdown = **bold**, *italic*, - list, [name](address)
letter-signature = Signature
letter-quote = Quoted text
letter-forward-files = Send the letter's files along
letter-template = Template
letter-template-choose = Insert …
letter-files = Files
letter-add-file = Add files
letter-drop = or drop or paste them here; 25 MB in all
letter-remove-file = Remove file
letter-upload-failed = The file was not taken.
letter-preview = Preview
letter-send = Send
letter-send-anyway = Send anyway
letter-send-waiting = Send and wait
letter-send-close = Send and close
letter-unreached = Letters to such an address came back. If it is right by now, write to it all the same.
letter-send-revive = The address is right: send
letter-discard = Discard
letter-kept = Draft kept
letter-unkept = The draft could not be kept; copy your text before you leave this page.
letter-hold = After sending, you can take it back for { $seconds } seconds.
letter-news = New since you began

participants-title = Taking part by mail
participant-unverified = Unverified

unreached = Mail does not reach
unreached-since = since

done-letter-sent = Letter about { $it } sent.
done-letter-taken-back = Taken back. Your text is a draft again.
done-letter-again = It is tried again.
done-letter-draft = The letter is a draft again.
done-draft-discarded = Draft discarded.

error-no-mailbox = No mailbox can send yet. An administrator sets one up.
error-letter-news = Something new came to this ticket while you wrote. Read it below; send anyway if it changes nothing.
error-letter-no-file = Your text speaks of a file, but there is none. Add it, or send once more without.
error-letter-unmade = This letter has not been put together yet. Try again in a moment.
error-file-empty = This file is empty.
error-files-too-large = A letter may have { $count } files and { $max } MB of them together. Remove some, or pass it on without its files.
error-address-own = This is the address of a mailbox of this desk.
error-address-own-named = { $text } is a mailbox of this desk: a letter to it would not arrive. Give the ticket to its team, or write a note.
error-quiet = Give both a beginning and an end, such as 22:00 and 06:00.

history-orders-done = ordered by mail: { $orders }
history-orders-refused = could not be done: { $orders }
history-mention = found that the letter names ticket { $number }, of which its writer is no proven part

notices-title = Notices by mail
notices-address = Your e-mail address
notices-address-hint = Empty for no notices. You can answer those that say so; your answer becomes a note.
notices-of = Tell me of
notices-new = new tickets of my teams
notices-assigned = tickets that are given to me
notices-reply = letters to my tickets, and to those without an agent to which I wrote last, or nobody did and my team has them
notices-mention = notes that name me (@login)
notices-quiet = Quiet hours
notices-quiet-from = From
notices-quiet-to = To
notice-new-text = Ticket { $number } is new in your team.
notice-new-letter-text = Ticket { $number } is new in your team. { $who } wrote:
notice-storm-subject = A great many letters from { $who }
notice-storm-text =
    { $who } sends a great many letters to { $mailbox }. Each becomes a ticket as ever.

    For a day you are told of them only by this letter, and nothing is acknowledged to this sender. An administrator can end that on the Mail page.
notice-assigned-text = { $who } gave you ticket { $number }.
notice-reply-text = { $who } wrote to your ticket { $number }.
notice-reply-open-text = { $who } wrote to ticket { $number }, which nobody has.
notice-mention-text = { $who } named you in ticket { $number }.
notice-sign-in-ends = The sign-in of the mailbox { $name } ends on { $date }
notice-sign-in-over = The mailbox { $name } needs a sign-in
notice-sign-in-text = Until somebody signs in again, no mail comes in there and none goes out.
notice-answer = If you answer this letter, your answer becomes a note in the ticket.

settings-mail = Mail
settings-undo-send = A letter can be taken back for (seconds)
