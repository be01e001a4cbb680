# The web kit: what stands around pages, and words that every page uses.

ui-skip = Skip to the content
ui-navigation = Main
ui-search = Search
ui-search-hint = Search or jump to a ticket
ui-menu = Your menu
ui-theme = Look
ui-theme-auto = As the system
ui-theme-light = Light
ui-theme-dark = Dark
ui-theme-contrast = High contrast
ui-sign-out = Sign out
ui-loading = Loading
ui-above = Pages above this one
ui-close = Close
ui-undo = Undo
ui-copied = Copied:
ui-unsent = Not sent: the desk can't be reached. What you typed is still here.
ui-draft = Not sent last time; here it is again.
ui-draft-discard = Discard
ui-bell = Ring sound
ui-bell-locked = The ring sound waits: touch the page, then it may sound
ui-save = Save
ui-cancel = Cancel
ui-pages = Pages
ui-first-page = To the start
ui-next-page = Next
ui-pops = Incoming calls
ui-live-open = Live
ui-live-waiting = Connecting
ui-live-gone = Offline
ui-live-lost = The live connection is gone. This page asks again every three seconds; new calls may come late.
ui-problems = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}

ago-now = just now
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

done-saved = Saved.
