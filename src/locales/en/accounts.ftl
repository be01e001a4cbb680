# Who works here: signing in, agents, teams, the own profile; and the places of the navigation.

nav-home = Start
nav-calls = Calls
nav-tickets = Tickets
nav-people = People
nav-admin = Administration
nav-profile = Your profile

role-admin = Administrator
role-lead = Team lead
role-agent = Agent
role-worker = Worker
role-viewer = Viewer
role-hint-admin = Everything, with accounts, phone lines and settings.
role-hint-lead = All calls, tickets and people; sees agents and teams.
role-hint-agent = Takes calls and works on all tickets.
role-hint-worker = Works on the tickets of their teams; sees neither calls nor people.
role-hint-viewer = Sees calls, tickets and people and changes nothing.

sign-in-title = Sign in
sign-in-at = Sign in to
sign-in-trouble = Can't get in?
sign-in-help = Ask whoever administers this desk; they can set a new password.
greeting-morning = Good morning.
greeting-day = Hello.
greeting-evening = Good evening.
greeting-night = A quiet night to you.

set-up-title = Welcome to your help desk
set-up-text = Nobody works here yet. Make the first account; it is the administrator's.
set-up-code = One-time code
set-up-code-hint = It stands in the file setup-code in the data folder, usually /var/lib/deskbell/setup-code.
set-up-note = Nothing leaves this machine. Everything can be changed later under Administration.
set-up-button = Make the account

account-name = Name
account-login = Login
account-login-hint = What is typed to sign in: letters, digits and . - _ @ +, at least two.
account-role = Role
account-state = State
account-active = Active
account-disabled = Disabled
account-password = Password
account-password-new = New password
account-password-current = Current password
account-password-hint = At least { $min } characters. Three or four words that don't belong together are good and easy to keep.
account-save = Save
account-cancel = Cancel

admin-agents = Who works here and what each may do.
admin-teams = Groups of agents that tickets and phone lines belong to.
admin-lines = Where calls come from and which of them become tickets.
admin-settings = The desk's name, language, time zone and place in the phone network.

agents-title = Agents
agents-new = New agent
agents-add = Add agent
agents-teams-hint = Workers see only the tickets of their teams.
agents-password-hint = At least { $min } characters. Hand it over in person and ask them to change it in their profile.
agents-password-text = Sets a new password and signs this agent out everywhere.
agents-password-own = Sets a new password for yourself and signs you out everywhere but here.
agents-password-set = Set password
agents-access = Access
agents-disable = Disable
agents-disable-text = Signs this agent out at once and lets them in no more. Their work stays as it is, and you can enable them again.
agents-disabled-since = Disabled
agents-enable = Enable
agents-enable-text = Enable this account to let them sign in again with their old password.

teams-title = Teams
teams-new = New team
teams-add = Add team
teams-members = Members
teams-archived = Archived
teams-empty = No teams yet
teams-empty-text = A team gives tickets and phone lines a home. Small desks do well without any.
teams-archive = Archive team
teams-archive-text = { $name } stays on the tickets it has and gets no new ones. This can't be undone.

profile-about = About you
profile-language = Language
profile-language-label = Language of all pages
profile-language-browser = As my browser asks
profile-feel = Look and feel
profile-density = Rows
profile-density-compact = Compact, for those who live in lists
profile-density-normal = Normal
profile-density-touch = Large, for fingers
profile-letter-keys = Keys of one letter
profile-letter-keys-hint = Such as c for a new ticket. Switch them off if you speak to your computer or press keys by accident; F2, Ctrl+K and the like stay.
profile-signals = Sound and notices
profile-signals-text = The bell in the bar above switches the ring sound of this browser. A notice shows a ringing call while you look at something else, and says no more than its card.
profile-ring-test = Ring once
profile-notify-ask = Allow notices
profile-notify-granted = Notices are allowed
profile-notify-denied = This browser allows no notices here
profile-password-text = Changing it signs you out everywhere else.
profile-password-change = Change password
profile-sessions = Where you are signed in
profile-sessions-text = End what you don't know, then change your password.
profile-browser = Browser
profile-address = Address
profile-began = Signed in
profile-seen = Last active
profile-end = Sign out
profile-here = This one

done-agent-added = Agent added.
done-agent-disabled = Disabled. They are signed out everywhere.
done-agent-enabled = Enabled. They can sign in again.
done-password-set = Password set.
done-password-changed = Password changed. You are signed out everywhere else.
done-session-ended = Signed out there.
done-team-added = Team added.
done-team-archived = Team archived.
