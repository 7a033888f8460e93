### Sigap in English. Every phrase is in id.ftl as well.

# The frame
skip = Skip to content
places = Places
place-inbox = Inbox
place-ask = Ask for help
place-enter = Enter a letter
place-own = My requests
place-cases = Cases
place-register = Register
place-people = People
place-sop = SOP
sign-out = Sign out
office-name = Secretariat of the Agency for Agricultural Assembly and Modernisation
foot-office = IT helpdesk of the BRMP Secretariat.
foot-sop = Runs by SOP { $number }, revised { $revised }. Times are in WIB.
switch-language = Bahasa Indonesia
switch-theme = Theme:
theme-light = light
theme-dark = dark
theme-system = as the device
next = Next
and = {" and "}
you = you
somebody = somebody
erased = (text erased)
optional = (optional)
mend = To mend:
title-mend = To mend: { $title }
errors-title =
    { $n ->
        [one] One field has to be mended
       *[other] { $n } fields have to be mended
    }
outside-sop = outside the SOP
office-only = office only
kilobytes = { $n } kB

# Signing in
sign-in-title = Sign in to the IT helpdesk
sign-in-login = Office e-mail or NIP
sign-in-password = Password
sign-in = Sign in
sign-in-wrong = E-mail or NIP and password do not match. Check both, then try again.
sign-in-rows = Ten steps, one SOP
sign-in-rows-explained = Every request runs by the SOP in force. You always know who has it, and until when.
demo-title = Trial office
demo-explained = These people are invented. Choose one to sign in as them.

# Roles
role-sekretaris = Secretary
role-ketua = Team lead
role-anggota = Member
role-pemohon = Requester
role-agenda = Agenda officer
role-admin = Administrator

# Time
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
span-days =
    { $n ->
        [one] 1 day
       *[other] { $n } days
    }
span-hours =
    { $n ->
        [one] 1 hour
       *[other] { $n } hours
    }
span-minutes =
    { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
norm-minutes =
    { $n ->
        [one] { $amount } minute
       *[other] { $amount } minutes
    }
norm-hours =
    { $n ->
        [one] { $amount } hour
       *[other] { $amount } hours
    }
norm-days =
    { $n ->
        [one] { $amount } day
       *[other] { $amount } days
    }
due = Due
due-left = { $span } of working time left
due-late = { $span } of working time overdue
due-detail = Due { $moment }
due-local = , which is { $hour }
due-held = Suspended, the clock stands still
due-held-detail = “{ $reason }”, since { $since }.
due-held-since = Since { $since }.
due-held-left = { $span } of working time left when resumed.
due-none = Waiting for { $span } of working time
due-none-detail = Since { $since }. The SOP sets no time.

# Why
why-question = Why { $hour }?
why-norm = The norm of row { $step } is { $norm } of working time.
why-caption = How the due time is reckoned
why-paused = The clock stood still from { $from } to { $to }
why-moved = The due time moved to { $hour }
why-advisory = The SOP says “{ $remark }”: this norm is a wish.
why-source = Hours by Perpres 21/2023, calendar { $year } version { $revision }.
why-start-moved = { $outside }; counted from { $day } { $hour }
why-day-of = day { $number } of { $of }
why-due = Due
why-due-moved = Due; { $hour } cannot be kept ({ $outside })
why-ramadan = (Ramadan hours)
outside-before-opening = before opening at { $hour }
outside-rest = break { $from }–{ $to }
outside-after-closing = after closing at { $hour }
day-off-saturday = Saturday
day-off-sunday = Sunday
day-off-holiday = { $name } ({ $decree })
day-off-estimate = { $name }, estimated date ({ $decree })

# Fields
fault-missing = Fill this in.
fault-choose-one = Choose one.
fault-choose-some = Choose one or more.
fault-choose-member = Choose the member who will do it.
fault-choose-unit = Choose the requester’s unit.
fault-too-long = Shorten it to at most { $n } characters.
fault-not-an-option = Choose one of the options given.
fault-not-a-date = Write the date as day-month-year, such as 20-11-2026.
fault-not-an-hour = Write the hour as 09.12.
fault-in-future = Write a date that has passed, or today, such as 20-11-2026.
date-hint = Day-month-year, such as 20-11-2026.
hour-hint = WIB, such as 09.12.
attachments = Attachments
files = Screenshots or letters
attachments-hint = PDF, PNG or JPG, at most { $megabytes } MB each, at most five files.
file-again = Choose again: { $names }. Browsers do not keep files in a form that is returned.
file-too-large = The file “{ $name }” has more than { $megabytes } MB. Make it smaller, or send a part.
file-harmful = The file “{ $name }” holds malware that is known, and was not kept. Check your computer and send another file.
file-not-scanned = The file “{ $name }” could not be checked for viruses, so it was not kept. Try again in a while.
file-kind = The file “{ $name }” is not a PDF, PNG or JPG. Save it as one of these and send it again.
file-too-many = The file “{ $name }” is one too many: at most five files at a time.

# Asking
request-title = Ask for technical help
request-title-enter = Enter a letter of request
request-intro = Fill in what you know; the data team will ask if needed.
request-intro-enter = Copy from the letter received. When it was received is kept apart from when it was entered.
request-letter = Letter
request-who = Who asks
request-what = What happened
request-name = Name
request-contact = Telephone or WhatsApp
request-contact-hint = For a member of the team to call.
request-subject = Subject
request-subject-hint = One sentence, such as “Our site shows advertisements”.
request-received-on = Received on
request-received-hour = Received at
request-choose-unit = Choose a unit
request-send = Send the request
request-enter = Enter the request
request-after = After the request is in
own-empty = No requests yet. What you ask for appears here, with who has it.
own-filed = { $no } · filed { $date }

# Following a request
track-title = Follow request { $no }
track-head = Request { $no } · filed { $date }
track-said-by = { $what } by { $who }.
track-said = { $what } ({ $who }).
track-held = Suspended
track-completed = Completed on { $date }. The reply to your unit is under Documents.
track-rejected = This request was rejected on { $date }. The explanation and the letter to your unit are under Documents.
track-withdrawn = You withdrew this request on { $date }.
track-way = The way of your request
track-news = News

# Case
case-title = Case { $no }
case-of = Case { $no } · { $unit }
case-row-verbatim = SOP row { $step }, word for word
case-changed = This case has just changed.
case-reload = Load it as it is now
kept = What you wrote, so that it is not lost:
before = From { $who }: { $stage }
letter-now = The letter to be signed
strip = The case along the rows of the SOP
row = Row { $step }
rail-title = The SOP’s flow
rail-not-taken = Not taken
rail-round = (round { $n })
rail-since = since { $moment }
rail-no-norm = no norm
standing-waits = Waiting for { $waiting }.
standing-at = { $who } at step { $step }
standing-suspended = Suspended by { $who } since { $moment }.
standing-completed = Completed { $moment }.
standing-rejected = Rejected, letter signed { $moment }.
standing-withdrawn = Withdrawn by the requester { $moment }.
decision = Decision
send-decision = Send the decision
outcome-goes = Goes on to step { $steps }.
outcome-stays = Passed on: { $stage }.
outcome-ends = Closes the case: { $end }.
waits-for = Waiting for { $who }.
assign-to = Assign to
reassign = Reassign
reassign-do = Reassign
logged = Stages logged so far
log-add = Log this stage
other-acts = Other actions
act-suspend = Suspend
act-suspend-text = What or whom it waits for (the requester reads this)
act-suspend-do = { act-suspend }
act-resume = Resume
act-resume-text = Note on resuming (optional)
act-resume-do = { act-resume }
act-reopen = Reopen
act-reopen-text = Why it is reopened (the requester reads this)
act-reopen-do = { act-reopen }
act-withdraw = Withdraw the request
act-withdraw-text = Why it is withdrawn
act-withdraw-do = { act-withdraw }
act-note = Add a note or ask the requester
act-note-text = Note
act-note-do = Save the note
act-note-own = Add information
act-note-own-text = What the data team should know
act-note-own-do = Send
act-attach = Add files
act-attach-text = { files }
act-attach-read = The requester can open them too.
act-attach-do = Send the files
note-audience = Who may read it
note-everyone = The requester and the office
note-office = The office only
request = Request
fact-requester = Requester
fact-contact = Contact
fact-unit = Unit
fact-received = Received
fact-entered = Entered
fact-letter = Letter number
fact-letter-date = Letter date
fact-agenda = Agenda number

# Documents
documents = Documents
documents-by-row = Documents by row of the SOP
document-step = Row
document-name = Document
document-state = State
document-filed = Filed { $date }
document-attached = Attachment, { $date }
document-made = Made { $date }
document-signed = Signed, number { $number }
document-back = Back to { $no }

# History
history = History
record = Show what was filled in
history-registered = { $who } filed the request; agenda number { $agenda }.
history-entered = { $who } entered the letter of request under agenda number { $agenda }.
history-assigned = { $who } reassigned “{ $stage }” to { $to }.
history-logged = { $who } logged a stage of the repair.
history-completed = { $who } completed “{ $stage }” at step { $step }: { $outcome }.
history-handed = Handed to { $to }.
history-signed = { $who } signed letter number { $number }.
history-signed-as = { $who } ({ $capacity }) signed letter number { $number }.
history-suspended = { $who } suspended this case.
history-resumed = { $who } resumed this case.
history-due-moved-suspension = The due time of step { $step } moved from { $from } to { $to } because of the suspension.
history-due-moved-calendar = The due time of step { $step } moved from { $from } to { $to } because the calendar changed.
history-overdue = Step { $step } is overdue.
history-noted = { $who } wrote a note.
history-attached = { $who } added the file { $file }.
history-closed-completed = This case is completed.
history-closed-rejected = This case is closed: the request was rejected.
history-closed-withdrawn = { $who } withdrew this request.
history-reopened = { $who } reopened this case.

# Refusals
refusal-same-person = You yourself did “{ $did }” in step { $step }. Somebody else has to sign or check it.
refusal-not-your-role = This is for the { $role } to do. Ask the { $role }.
refusal-not-assigned = This task was given to { $who }. Ask the team lead to reassign it if you are to do it.
refusal-not-your-request = Only the requester of this case can do this.
at-hour = at { $hour }
refusal-faster = { $who } completed this step first, { $hour }. Look at the case as it is now, then decide again if needed.
refusal-not-open = This task is not waiting. Look at the case as it is now.
refusal-stale = { $who } changed this task { $hour }, after you opened it. What you typed is still below; check it and send it again.
refusal-outcome = Choose a decision first.
refusal-incomplete = Some fields have to be mended.
refusal-signature-needed = This letter has to be signed.
refusal-wrongly-dated = The date changed while the letter was being signed. Sign it once more.
refusal-nothing-logged = Log at least one stage of the repair before finishing it.
refusal-no-log = This task has no log.
refusal-finished = This case has ended ({ $end }). The team lead can reopen it.
refusal-running = This case is still running, so it need not be reopened.
refusal-suspended = This case is suspended since { $moment }. Resume it first, then send again; what you typed is kept.
refusal-not-suspended = This case is not suspended.
refusal-received-in-future = The time of receipt has not come yet. Write a time that has passed.
refusal-no-calendar = There is no working calendar for { $year } yet, so no due time can be computed. Ask the administrator to install its file.

# Problems
problem-sign-in = Sign in in a new tab
problem-home = To the first page
problem-not-found = This page does not exist
problem-not-found-detail = The address may be mistyped, or not for you. Check the number, or start from the first page.
problem-method-not-allowed = This address does not take that
problem-method-not-allowed-detail = The page was opened in an unknown way. Start from the first page and repeat.
problem-cross-site = This form came from another site
problem-cross-site-detail = For safety, changes are only taken from Sigap’s own pages. Open the page in Sigap and send again.
problem-signed-out = Your session has ended
problem-signed-out-detail = Sign in in a new tab first, then come back to this page and send again; what you wrote is still on the page before.
problem-too-large = Too much was sent
problem-form-too-large = The text is too long
problem-form-too-large-detail = One field holds at most 10,000 characters. Go back, shorten it and send again; long material can be attached as a file.
problem-too-large-detail = Each file may have at most { $megabytes } MB. Go back, make the files smaller and send again.
problem-bad-request = This request cannot be read
problem-bad-request-detail = Some part of the address or form is malformed. Go back to the page before and try again.
problem-bad-cursor-detail = This place in the list is unknown. Open the list from its beginning.
problem-upload-detail = The upload broke off or was incomplete. Go back and send it again.
problem-too-many-tries = Too many attempts to sign in
problem-too-many-tries-detail = Wait fifteen minutes, then try again. If the password is forgotten, ask the administrator to replace it.
problem-busy = Sigap is busy
problem-busy-detail = Wait a moment and try again.
problem-internal = Something went wrong on our side
problem-internal-detail = Try again. If it fails again, tell the administrator the number { $reference }.

# Inbox
inbox-title = Inbox
inbox-waiting =
    { $n ->
        [1] { $number } task is waiting for you.
       *[other] { $number } tasks are waiting for you.
    }
inbox-waiting-many = More than { $n } tasks are waiting for you.
inbox-number =
    { $n ->
        [1] One
        [2] Two
        [3] Three
        [4] Four
        [5] Five
        [6] Six
        [7] Seven
        [8] Eight
        [9] Nine
        [10] Ten
        [11] Eleven
       *[other] { $n }
    }
inbox-next = The first is due { $when }.
inbox-late-next =
    { $n ->
        [1] { $number } is
       *[other] { $number } are
    } overdue; the next is due { $when }.
inbox-some-late =
    { $n ->
        [1] { $number } is overdue.
       *[other] { $number } are overdue.
    }
inbox-all-late =
    { $n ->
        [1] It is overdue.
       *[other] All of them are overdue.
    }
inbox-when-today = at { $hour }
inbox-when-tomorrow = tomorrow at { $hour }
inbox-when-day = { $day } at { $hour }
inbox-hours-ahead = Office hours today { $opens }–{ $closes }, break { $rest }.
inbox-hours-rest = Office hours today until { $closes }, break { $rest }.
inbox-hours-until = Office hours today until { $closes }.
inbox-hours-over = The office closed at { $closes }.
inbox-closed = The office is closed today: { $why }.
inbox-late = Overdue
inbox-today = Today
inbox-tomorrow = Tomorrow
inbox-later = Later
inbox-no-norm = No set time
inbox-tasks =
    { $n ->
        [1] { $n } task
       *[other] { $n } tasks
    }
inbox-round = round { $n }
inbox-empty = No tasks. A new task appears here as soon as it reaches a step of yours.
inbox-first = To the start of the inbox
inbox-load = Workload of the team
inbox-member = Member
inbox-open = Tasks
inbox-overdue = Overdue
inbox-warning = Warning in the SOP:

# List of cases
list-title = Cases
list-explained = Every request: at which step, with whom, and until when.
list-filter = Filter the list of cases
list-narrow = Filter
list-from = Received from
list-until = Until
list-fault-until = Enter the same date as the first, or a later one.
list-words = Words or number
list-state = State
list-state-all = All
list-state-running = Running
list-state-overdue = Overdue
list-state-suspended = Suspended
list-unit = Unit
list-unit-all = All units
list-step = Step
list-step-all = All steps
list-sort = Order
list-sort-newest = Newest first
list-sort-due = Due first
list-sort-number = By number
list-case = Case
list-received = Received
list-entered = entered { $date }
list-subject = Subject
list-performer = Performer
list-time = Time
list-round = round { $n }
list-since = since { $date }
list-held = Suspended
list-no-norm = No set time
list-empty = No case matches. Loosen the filter, or search for other words.
list-unreadable = The list cannot be filtered yet. Mend the field above, then filter again.
list-first = To the start of the list

# Register
register-title = Register
register-heading = Register of requests
register-explained = All requests with the date on which each row of the SOP was done, newest first.
register-fills-sop = The SOP leaves this section (Pencatatan dan Pendataan) empty; this register fills it.
register-filter = Filter the register
register-caption = Register of requests for technical help
register-download = Download CSV
register-empty = No request matches. Loosen the filter.
register-agenda = Agenda
register-letter = Letter { $letter }
register-dates = Dates on which each row of the SOP was done, case { $no }
register-late = late
register-older = Older ones
register-col-no = Case number
register-col-agenda = Agenda number
register-col-letter-no = Letter number
register-col-letter-date = Date of letter
register-col-received = Received ({ $zone })
register-col-entered = Entered ({ $zone })
register-col-unit = Unit
register-col-requester = Requester
register-col-subject = Subject
register-col-category = Kind of problem
register-col-urgency = Urgency
register-col-state = State
register-col-done = Row { $step } done ({ $zone })
register-col-decision = Row { $step } decision
register-col-rounds = Most rounds
register-col-closed = Closed ({ $zone })

# SOP
sop-title = SOP
sop-heading = Standard operating procedure
sop-since = This SOP has been in force since { $date }.
sop-revisions = Every case runs under the revision that was in force when it began. The document is shown in its own words.
sop-identity = Identity of the SOP
sop-empty-section = Left empty in the SOP.
sop-register = Sigap fills it with the register.
sop-flow = Flow
sop-lanes-rest = Activity and standards
sop-row = Row
sop-now = Cases now
sop-now-short = Now
sop-no-cases = None
sop-cases =
    { $n ->
        [1] { $n } case
       *[other] { $n } cases
    }
sop-overdue = { $n } overdue
sop-to-page = to page { $page }
sop-from-page = from page { $page }
sop-total-is-sum = The printed total is the sum of the column.
sop-total-is-path = The printed total is the length of one of the paths.
sop-total-is-nothing = The printed total is neither the sum of the column nor the length of any path.
sop-path =
    { $nth ->
        [1] The
       *[other] the
    } path to “{ $end }” takes { $span }
sop-or = {" or "}
sop-total-unused = This total is not used for due times.
sop-beside = Beside the document
sop-remarks = Remarks on the document ({ $n })
sop-remarks-explained = Sigap has read the document and walked all its paths. What it found is noted here, in Indonesian, for the next revision; none of it changes the document.
sop-severity = Kind
sop-remark = Remark
sop-warning = Warning
sop-error = Error
sop-origins = What is written and what is inferred
sop-origins-explained = The document writes one activity for each row. To be run, a row is divided into stages; here stands which of them the document says and which were inferred, with the reason in Indonesian.
sop-written = written
sop-inferred = inferred
sop-join = Begins when rows { $rows } are done
sop-leads-to-row = to row { $row }
sop-leads-to-stage = to the stage “{ $stage }”
sop-leads-to-stage-of = to the stage “{ $stage }” of row { $row }
sop-leads-to-end = case { $end }

# People
people-title = People
people-explained = The accounts of this office. Accounts are added with the commands “sigap user” or “sigap people” on the server; everybody changes their own password.
people-name = Name
people-roles = Roles
people-sign-in = Sign-in name

letter-look = See the letter as it will be printed
letter-text = Read as text
letter-download = Download PDF
letter-verify = Check its authenticity
letter-page = Page { $n } of { $of }
letter-signed = Number { $number }, signed { $moment }.
letter-recorded = Recorded electronically; it bears no signature.
letter-draft = Draft: without number, date or signature.
letter-draft-title = Letter waiting for its signature
letter-number = Number
letter-dated = Date
letter-signer = Signer
letter-signed-at = Time
letter-means = Certificate
means-test = A certificate for trying out. This letter is a simulation without legal force.
means-local = A certificate issued by this office, not by BSrE.
means-bsre = A certificate of Balai Besar Sertifikasi Elektronik (BSrE).

sign-passphrase = Passphrase of your certificate
sign-with = Certificate of { $holder }. The passphrase is used this once and kept nowhere.
sign-test = This is a certificate for trying out, not one of BSrE. In the trial office its passphrase is the password for signing in.
sign-no-key = You have no certificate to sign with yet. Ask the admin to install one with `sigap signer import`, or to register your NIK with `sigap signer bsre`.
sign-no-passphrase = Enter the passphrase of your certificate.
sign-wrong-passphrase = The passphrase does not open your certificate. The letter is neither signed nor numbered; enter it again.
sign-expired = Your certificate has expired. Ask the admin to install a new one with `sigap signer import`.
sign-failed = The letter could not be signed and has no number; the case stays at this step. Try again, or tell the admin the fault number { $reference }.
capacity-daily = Daily acting (Plh.)
capacity-acting = Acting (Plt.)
capacity-on-behalf = On behalf (a.n.)

verify-title = Check a letter’s authenticity
verify-lead = This office signed letter number { $number } as told below.
verify-letter = The letter
verify-file = Your file
verify-choose = The PDF file you received
verify-hint = The file is only looked at, not kept.
verify-do = Check the file
verify-no-file = Choose the PDF file to check.
verify-same = This file is the letter, unchanged since it was signed, and its signature is valid.
verify-same-untrusted = This file is the letter, unchanged, but its certificate cannot be trusted.
verify-another = The signature of this file is valid, but it is not this letter.
verify-modified = This file was changed after it was signed.
verify-not-it = This file is not this letter.

# Documents on their way
preview-do = Look at the document
preview-title = The document as it would be printed
preview-kept-nowhere = A preview of what is in the form now. Nothing has been saved.
preview-none = This form leads to no document.
preview-goes-on = The document goes on; further pages show once it is made.
revised-title = Changed from the draft
revised-removed = Removed:
revised-added = Added:
write-how = An empty line ends a paragraph. Begin lines with a hyphen (-) or a number (1.) for a list; write | column | column | for a table.
write-phrases = Change the opening phrases
phrases-title = Phrases of letters
phrases-explained = The sentences with which letters and reports begin. What has been written in a case stays as it is; only what is written next begins differently.
phrases-names = Names that can be used
phrases-names-explained = A name in braces is replaced by what the case says. A paragraph about something the case does not know is left out.
phrase-save = Save the phrase
phrase-restore = Go back to the phrase that comes with Sigap
phrase-written = Written by { $who }, { $moment }
phrase-unknown = Nothing in a case is named { $name }. Use one of the names in the list above.
phrase-unclosed = A brace is opened and never closed. Close it, or remove it.
phrase-stale = Somebody else has just written this phrase. What you typed is still below; merge it with the newest, then save again. The newest: { $text }

# The signing desk
inbox-letters = { $n ->
    [one] One letter waits for your signature
   *[other] { $n } letters wait for your signature
  }
signing-title = Signing desk
signing-explained = The letters that wait for your signature. Choose one or several and write the passphrase once; each letter is signed and numbered by itself.
signing-empty = No letter waits for your signature.
signing-waiting = Waiting ({ $n })
signing-page = First page of the letter: { $title }
signing-return = Open the case, or return this letter
signing-sign = Sign those chosen
signing-do = Sign
signing-none-chosen = Choose at least one letter.
signing-signed = signed, number { $number }
signing-done = { $n ->
    [one] One letter was signed.
   *[other] { $n } letters were signed.
  }
signing-failed = { $n ->
    [one] One letter was not signed.
   *[other] { $n } letters were not signed.
  }

# The books of the register
tab-incoming = Letters in
tab-outgoing = Letters out
tab-dispositions = Dispositions
book-incoming = Agenda of incoming letters
book-incoming-explained = Every request that was entered, by agenda number, the newest first.
book-outgoing = Agenda of outgoing letters
book-outgoing-explained = Every letter number that was taken: signed, reserved or voided. No number is skipped without an explanation.
book-dispositions = Book of dispositions
book-dispositions-explained = Every disposition: when, by whom, to whom, and with which instructions.
book-from = From
book-this-month = This month
book-last-month = Last month
book-this-year = This year
book-empty = Nothing was entered in this period.
book-too-long = This period has more than { $n } entries, more than can be printed at once. Narrow the dates, or download the CSV.
book-agenda = Agenda
book-entered = Entered
book-received = Received
book-unit = From unit
book-sender = Sender
book-letter-no = Letter number
book-letter-date = Letter date
book-subject = Subject
book-channel = By
book-channel-form = Form
book-channel-letter = Letter
book-case = Case
book-number = Number
book-dated = Date
book-addressee = To
book-signer = Signed by
book-remark = Remarks
book-reserved = Reserved by { $who }, { $moment }
book-was-reserved = { $reserved }: { $purpose }
book-voided = Voided by { $who }, { $moment }: { $reason }. { $reserved }.
book-disposed = Date
book-disposed-by = By
book-urgency = Urgency
book-forwarded = Forwarded to
book-requests = Instructions
book-notes = Notes

# Reserved numbers
numbers-title = Reserved numbers
number-reserve = Reserve a number
number-reserve-do = Reserve the next number
number-purpose = Purpose
number-purpose-hint = For example: an assignment letter that is signed on paper. It stands in the agenda. The letter will bear today’s date.
number-by = By { $who }.
number-void = Void
number-void-do = Void this number
number-reason = Reason
number-too-many = { $n } reserved numbers wait for a letter already. Use or void some first.
number-gone = That number has been used or voided already; nothing was changed.
sign-number = Letter number
sign-number-hint = A letter with a reserved number bears the day on which the number was reserved.
sign-number-next = The next number, with today’s date
sign-number-reserved = { $number }, { $date }: { $purpose }
sign-number-gone = That reserved number has been used or voided. The letter is not signed; choose a number again.
history-number-reserved = Its number was reserved on { $date }.

# Signing through BSrE, and time stamps

sign-with-bsre = Signed through BSrE with NIK { $nik }. Your BSrE passphrase is sent to BSrE this once and kept nowhere.
sign-no-access = This office has no access to BSrE yet. Ask the admin to set `bsre_url`, then try again. The letter is neither signed nor numbered.
sign-not-enrolled = { $status ->
    [NOT_REGISTERED] BSrE does not know your NIK. Register with the BSrE verifier of your agency.
    [EXPIRED] Your BSrE certificate has expired. Apply to BSrE for a new one.
    [RENEW] Your BSrE certificate is being renewed. Finish the renewal at BSrE.
    [WAITING_FOR_VERIFICATION] Your registration at BSrE still waits for verification.
    [NEW] Your registration at BSrE is not finished. Activate your account and have its certificate issued.
    [NO_CERTIFICATE] You have no certificate at BSrE. Have one issued first.
    [SUSPEND] Your BSrE certificate is suspended. Ask the BSrE verifier of your agency.
    [REVOKE] Your BSrE certificate was revoked. Apply to BSrE for a new one.
   *[other] BSrE does not let you sign (status { $status }).
} The letter is neither signed nor numbered.
sign-not-signed = BSrE did not sign this letter: it cannot be reached, or it refused. The letter has no number; the case stays at this step. Try again, or tell the admin the fault number { $reference }.
sign-answer-lost = The answer of BSrE did not arrive, so it is unknown whether the letter was signed there. Here it has no number, and the case stays at this step. Tell the admin the fault number { $reference } before you sign again; the first signature, if there is one, was never sent to anybody.
sign-not-the-letter = What BSrE gave back is not this letter with an intact signature, so it was not accepted. The letter has no number; the case stays at this step. Tell the admin the fault number { $reference }.
sign-no-time-stamp = The time-stamping authority gave no valid time stamp, and without one the letter is not signed. It has no number; the case stays at this step. Try again, or tell the admin the fault number { $reference }.

# Letters by e-mail
fault-not-an-address = Write one e-mail address, such as name@office.go.id.
refusal-no-such-letter = This case has no such letter. Look at how it stands now, below.
refusal-letter-under-way = This letter has been on its way since { $hour }. Wait for what becomes of it, then send it again if need be.
mail-again = Send letter { $number } again by e-mail
mail-again-do = Send again
mail-address = E-mail address
mail-under-way = On its way by e-mail.
mail-sent = Sent to { $address }, { $moment }.
mail-refused = Not sent to { $address }: the mail server refused it, { $moment }.
mail-given-up = Not sent to { $address }: tried many times until { $moment }.
mail-answer = The answer: “{ $answer }”.
mail-no-address = Not sent by e-mail: no e-mail address of the requester is known.
mail-not-set-up = Not sent by e-mail: this office has not set up e-mail.
mail-on-page = The letter is on the requester’s page.
mail-hand-over = Hand the letter over in another way.
mail-missed-you = Not sent to { $address }; download the letter here.
history-mail-again = { $who } sent letter number { $number } again, to { $address }.
history-mail-sent = Letter number { $number } was sent by e-mail to { $address }.
history-mail-refused = Letter number { $number } was refused by the mail server for { $address }.
history-mail-given-up = Letter number { $number } did not go out to { $address } after many tries.
history-mail-no-address = Letter number { $number } was not sent by e-mail: no e-mail address of the requester is known.
history-mail-not-set-up = Letter number { $number } was not sent by e-mail: this office has not set up e-mail.

# The archive: the dossier of a case, the SOP on paper.
dossier-download = Download the dossier
dossier-hint = One PDF for the archive: the story, every letter, and the event log.
sop-pdf = Download the SOP as PDF

# Roles beside the SOP.
role-auditor = Auditor

# Akun saya
account-title = My account
account-explained = Your password, your second factor, and the devices on which you are signed in.
account-password = Password
account-password-changed = The password is changed. Other devices have to sign in again.
account-sessions-ended = That device is signed out.
password-old = Current password
password-new = New password
password-again = New password, once more
password-rules = At least { $n } characters. A few words that are not usually found together are easy to remember and hard to guess.
password-ends-sessions = Once it is changed, all other devices are signed out and have to sign in again.
password-change = Change password
password-too-short = Write a new password of at least { $n } characters.
password-too-long = Write a new password of at most { $n } characters.
password-names-owner = Choose a password that does not contain your name, e-mail address or NIP.
password-common = This password is one of those that are tried first: digits alone, few characters over and over, or common words. Put words together that are not usually found beside each other.
password-differs = The two new passwords differ. Write both again.
password-wrong = The current password does not match. Write it again.
sessions-title = Devices that are signed in
sessions-explained = A session ends by itself when it is not used for two hours, and at the latest twelve hours after signing in. Sign out the devices that you do not know, then change your password.
session-this = this device
session-browser-on = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-times = Signed in { $since }, last used { $last }
session-end = Sign out
sessions-end-others = Sign out all other devices
second-factor = Second factor
second-factor-on = When you sign in, you are asked for one of these after the password.
second-factor-codes-left = Recovery codes left: { $n }.
second-factor-required = This office requires it of you.
second-factor-explained = After the password you are asked for a six-digit code from your phone. A leaked password alone is then not enough to sign in as you.
second-factor-begin = Set up a second factor
second-factor-remove = Remove the second factor
second-factor-removed = The second factor is removed. You sign in with the password alone.
second-factor-title = Set up a second factor
second-factor-first = This office requires a second factor of you. Set it up first, then the other pages open.
second-factor-needs = Have a phone ready with an authenticator app, such as Aegis, Google Authenticator or Microsoft Authenticator.
second-factor-make = Make a QR code
second-factor-scan = 1. Scan the QR code
second-factor-scan-explained = Open the authenticator app on the phone, add an account, then scan this picture.
second-factor-picture = QR code for the authenticator app; its key is also written below.
second-factor-type = Unable to scan? Type this key:
second-factor-confirm = 2. Confirm
second-factor-code = Six-digit code from the app
second-factor-do = Set up
recovery-title = Recovery codes
recovery-explained = The second factor is set up. Keep these ten codes in a safe place, not on the same phone. Each stands in for your phone once. They are not shown again.
recovery-kept = I have kept them
recovery-print = Print
code-title = Code from your phone
code-explained = The password matches. Open the authenticator app on your phone.
code-label = Code
code-hint = Six digits from the app, or one recovery code.
code-wrong = The code does not match or was used before. Wait for the next one, then write it.
code-other-account = Sign in as somebody else

# The interface for machines, and its tokens.
account-tokens = Make, see or revoke tokens
tokens-title = API tokens
tokens-explained = With a token a program does in Sigap what you may do, and never more. Give it only to a program that you trust.
tokens-api = What programs can do
tokens-valid = Valid tokens
tokens-none = You have no tokens.
token-new = Make a token
token-name = Name
token-name-hint = By which you know it again, such as the name of the program.
token-scope = What it may
token-scope-hint = Choose as little as the program needs.
token-scope-read = Read only
token-scope-act = Read and act
token-until = Valid until
token-until-hint = Day-month-year; at most a year from now.
token-make = Make the token
token-made = Your new token
token-made-explained = Copy it now: it is kept nowhere and cannot be shown again.
token-dates = Made { $made }, valid until { $until }, last used: { $used }
token-unused = never
token-revoke = Revoke
token-fault-until = Choose a day from today on, and at most a year from now.
token-too-many = You have { $n } tokens already. Revoke one that you no longer need.
api-title = Interface for programs
api-explained = Everything that can be done in Sigap, for programs. The description below is in English.
api-document = The same as OpenAPI 3.1
api-field-unknown = The form has no such field. Check its id.
api-signature-needed = This outcome signs a letter. Letters are signed on the pages of Sigap, by the signer in person.
api-limit = Ask for 1 to { $n } rows.
problem-no-token = No valid token came with this
problem-no-token-detail = Send a token that is valid as `Authorization: Bearer sigap_…`. Tokens are made on the page /account/tokens.
problem-only-reads = This token may only read
problem-only-reads-detail = Make a token with the scope `act` for this.
problem-not-json = The body is not JSON
problem-not-json-detail = Send JSON, with `Content-Type: application/json`.
problem-unreadable = This cannot be read
problem-unreadable-detail = Something in it is not as the description has it: { $why }.
problem-mend = Something has to be mended
problem-mend-detail = See `errors` for each field, and send again.
problem-refused = The rules do not allow this
problem-if-match-needed = Say which version you have seen
problem-if-match-needed-detail = Read the case, and send its `ETag` as `If-Match`.
problem-bad-if-match-detail = `If-Match` has to be one version in quotation marks, as the `ETag` of the case has it.
problem-bad-key-detail = `Idempotency-Key` has to have 1 to 100 visible ASCII characters.
problem-changed = The case has changed
problem-changed-detail = Somebody acted on it since it was read. Read it again, and decide anew.
problem-key-used = This key was used for something else
problem-key-used-detail = Another request was sent under this `Idempotency-Key`. Choose a new key for a new request.

# Assignment, workload and skills.
place-workload = Workload
hours-of-limit = at most { $time } of { $limit } hours
hours-unknown = unknown
open-tasks =
    { $n ->
        [one] 1 open task
       *[other] { $n } open tasks
    }
open-overdue = { $n } overdue
away-days = { $days ->
    [0] Away { $from }.
   *[other] Away { $from } to { $until }.
}
choice-needed = This case needs { $skills }.
choice-proposal = Proposed: { $name }, { $reasons }. The choice is yours.
choice-hours = at most { $time } this week
choice-has = has { $skills }
choice-lacks = lacks { $skills }
choice-tags = also { $tags }
choice-away = Not in the office now.
choice-limit = The limit of { $limit } hours a week is reached.
choice-caption = Members, their work and their skills
choice-member = Member
choice-work = Work, and helpdesk this week
choice-skills = Skills
choice-proposed = Proposed
choice-has-it = Has this task now
workload-link = Helpdesk hours of each officer
workload-title = Workload
workload-explained = Helpdesk hours of each officer, week by week, against this office’s limit: { $limit } hours a week.
workload-caption = Helpdesk hours of each officer by week
workload-officer = Officer
workload-this-week = This week
workload-week = Week of { $date }
workload-of-what = Of which cases
workload-empty = There is no officer yet to whom work can be given.
workload-how = How these hours are counted
workload-how-explained = Nobody writes hours down. What is known is from when until when a task was whose. All working time in which somebody had at least one task counts, so that the figure is the most it can be; the rest of the time certainly was not helpdesk work. Where somebody had several tasks at once, the time is shared. Time in which a case is suspended does not count. The weekly limit is this office’s choice: the SOP warns, but names no figure.
skills = Skills
skills-of = Skills of { $name }
skills-change = Change skills
skills-none = No skills noted yet
skills-explained = What is noted here is compared with what a case needs when work is given out.
skills-qualifications = Qualifications by the SOP
skills-tags = Other skills
skills-tags-hint = Separate them with commas, for example WordPress, Mikrotik. At most { $n }.
skills-tags-limits = Write at most { $n } skills, each of at most { $chars } characters.
skills-save = Save the skills
skills-back = Back without saving
sop-needs = Qualifications needed, by kind of problem

# What somebody is, and from when until when
people-position-and-unit = Position and unit
term-since = since { $from }
term-until = until { $until }
term-both = { $from } until { $until }
term-coming = from { $from }
term-coming-both = from { $from } until { $until }
term-over = ended { $until }
term-over-both = { $from } until { $until }, over
term-taken-back = cancelled, was to begin { $from }
units-title = Work units
units-explained = A unit that is over cannot be chosen in a new request; its name stays on old cases. Units are kept with the command “sigap unit” on the server.
unit-code = Code
unit-name = Name
unit-parent = Belongs to
unit-zone = Time zone
unit-term = Exists

# Signing in through another server
provider-sign-in = Sign in with { $provider }
provider-out-of-reach = The account provider cannot be reached. Try again in a moment, or sign in with a password.
provider-unfinished = Signing in through the account provider was not finished: it was cancelled, took too long, or began in another browser. Begin again from this page.
provider-does-not-hold = What the account provider answered cannot be relied on, so you are not signed in. Begin again; if it happens once more, tell an admin.
provider-untold = The account provider tells neither a verified e-mail address of yours nor your NIP. Complete it there, or tell an admin.
provider-stranger = The account provider knows you, but this office does not yet. Ask an admin to enter your e-mail address or NIP, then try again.
directory-out-of-reach = The directory cannot be reached, so your password cannot be checked. Try again in a few minutes; if it stays so, tell an admin.
directory-stranger = The password is right, but your account in this office does not use the directory yet. Ask an admin to enter it, then try again.
directory-keeps-password = Your password is kept in the directory of the office. Change it there.

## Mandates and absences
mandates-title = Mandates and absences
mandates-explained = Who acts for whom and until when, and who is away from the office. A mandate begins and ends by itself.
mandates-see = See the mandates
mandates-in-force = In force
mandates-to-come = To come
mandates-over = Over
mandates-none = None.
choose-somebody = Choose somebody
mandate-what = { $taker } { $capacity ->
    [on-behalf] on behalf of { $giver } (a.n.)
    [acting] acting for { $giver } (Plt.)
   *[daily] daily acting for { $giver } (Plh.)
  }
mandate-days = { $from } until { $until }, { $basis }.
mandate-entered = Entered by { $who }, { $when }.
mandate-revoked = Revoked by { $who }, { $when }: { $reason }
mandate-revoke = Revoke the mandate
mandate-revoke-reason = Why it is revoked
mandate-give = Give a mandate
mandate-fill = Fill in a new mandate
mandate-giver = Given by
mandate-taker = Given to
mandate-capacity = To act as
mandate-roles = Scope
mandate-roles-hint = The roles that are passed on. Without a choice, all roles of the giver.
mandate-from = First day
mandate-until = Last day
mandate-date-hint = Day-month-year, such as 20-11-2026.
mandate-basis = Number of the letter
mandate-basis-hint = The memo or order by which the mandate is given.
mandate-to-oneself = Nobody acts in their own place. Choose somebody else.
mandate-taker-enters = A mandate is not entered by whoever takes it. Ask its giver or the agenda officer to enter it.
mandate-taker-audits = An auditor reads everything and changes nothing, in nobody’s place either. Choose somebody else.
mandate-reversed = This is before the first day.
mandate-past = This day is over. Choose today or later.
mandate-no-roles = The giver holds no role that can be passed on.
mandate-stays = The role { $role } stays with whoever holds it and cannot be passed on.
mandate-not-theirs = The giver does not hold the role { $role } on the first day.
mandate-loops = On { $date } mandates would lead back to its giver ({ $through }). Choose somebody else, or other days.
acting-you = { $capacity ->
    [on-behalf] You act on behalf of { $giver } (a.n.).
    [acting] You are acting for { $giver } (Plt.).
   *[daily] You are daily acting for { $giver } (Plh.).
  }
history-acting = { $who } ({ $capacity ->
    [on-behalf] a.n. { $giver }
    [acting] Plt. for { $giver }
   *[daily] Plh. for { $giver }
  }, { $basis })
inbox-for = for { $giver }
unattended = { $name } is away until { $until } ({ $reason }), and nobody acts in their place. { $n ->
    [one] One task waits
   *[other] { $n } tasks wait
  }, the oldest since { $since }.
unattended-name = Name a deputy
absences-title = Away
absences-none = None is noted.
absence-said = { $from } until { $until }: { $reason }.
absence-back = Back again
absence-note = Note an absence
absence-who = Who
absence-reason = Reason
absence-reason-hint = Such as travel on duty, leave or illness.

# Passkeys, new recovery codes, and tokens after a password was changed
second-factor-app = Authenticator app
second-factor-add = Add a second factor
second-factor-added = The second factor is added. Your recovery codes stay valid.
second-factor-one-removed = That second factor is removed. The others stay valid.
second-factor-which = Which one to remove
second-step-title = Second step
second-step-explained = The password matches. Use your passkey, or write a code.
second-step-recovery = The password matches. Passkeys cannot be used here; write one recovery code.
code-hint-recovery = One recovery code.
recovery-again = Make new recovery codes
recovery-again-explained = The old codes are no longer valid once the new ones are made.
password-ends-tokens = Revoke the tokens of my programs as well. Leave this ticked if somebody else may know the old password.
passkey-title = Passkey
passkey-explained = A key kept on your device or security key, opened with a fingerprint, your face or a PIN. A site that imitates this one cannot use it.
passkey-name = Name of the passkey
passkey-name-hint = So that you know it again later, such as “Office laptop”.
passkey-begin = Add a passkey
passkey-make-title = Make a passkey
passkey-make-explained = Press the button below, then follow your browser.
passkey-make = Make the passkey
passkey-leave = Cancel
passkey-not-made = No passkey was made. Try again, or use another device.
passkey-not-used = The passkey was not used. Try again, or write a code.
passkey-use = Use a passkey
passkey-wrong = The answer of the passkey is not accepted. Try again, or write a code.
passkey-named = Passkey “{ $name }”
passkey-used = Made { $made }, last used { $used }
passkey-unused = Made { $made }, never used

# Webhooks: programs elsewhere that are told about cases.
place-webhooks = Webhooks
webhooks-title = Webhooks
webhooks-explained = Sigap tells other programs as soon as something happens to a case. A message holds the number of the case, the kind of event, the time, the version and a link, and nothing about people.
webhooks-listed = Webhooks there are
webhooks-none = There are no webhooks yet.
webhook-new = Make a webhook
webhook-make = Make webhook
webhook-name = Name
webhook-name-hint = To know it by, such as the name of the program that listens.
webhook-address = Address
webhook-address-hint = The https:// address where that program takes messages.
webhook-kinds = Events
webhook-kinds-hint = Choose only what that program needs.
webhook-too-many = There are { $n } webhooks already. Remove those that are no longer needed.
webhook-not-an-address = Write a whole address, such as https://example.go.id/sigap, without a user name and without #.
webhook-not-encrypted = { $host } can only be reached by https://. An http:// address is for the networks that the setting webhooks.allow names.
webhook-private = { $host } lies in a private network. If that is meant, ask whoever keeps the server to add it to the setting webhooks.allow.
webhook-unknown = { $host } is not found. Check how it is written.
webhook-of = Webhook { $name }
webhook-on = On
webhook-failing = On, but messages do not arrive
webhook-off = Switched off
webhook-off-failing = Switched off because it kept failing
webhook-off-gone = Switched off because it is gone
webhook-off-explained = Nothing is sent while this webhook is off. What happens meanwhile is not sent later either.
webhook-failing-explained = For days no message arrived, so Sigap has stopped sending. Mend the program that listens, then switch it on again.
webhook-gone-explained = The other side answered 410: it wants no more messages. Switch it on only if that was a mistake.
webhook-failing-since = No message has arrived since { $since }. Sigap keeps trying; after five days this webhook is switched off.
webhook-set-up = How it is set up
webhook-state = State
webhook-made = Made
webhook-secret-new = Signing secret
webhook-secret-explained = Copy it now to the program that listens: with this secret it checks the signature of messages (Standard Webhooks). The secret is not shown again.
webhook-secret-change = Change the secret
webhook-secret-old = Until { $until } messages are signed with the old secret as well.
webhook-try = Send a test message
webhook-enable = Switch on
webhook-disable = Switch off
webhook-remove = Remove webhook
webhook-deliveries = Deliveries
webhook-deliveries-explained = The newest, at most { $n }. Load the page again to see the latest.
webhook-deliveries-none = Nothing has been sent yet.
webhook-kind-registered = Request taken in
webhook-kind-step-opened = Step begun
webhook-kind-step-completed = Step done
webhook-kind-step-overdue = Step overdue
webhook-kind-due-moved = Due time moved
webhook-kind-task-assigned = Task given to somebody
webhook-kind-task-completed = Task done
webhook-kind-letter-signed = Letter signed
webhook-kind-letter-sent = Letter sent
webhook-kind-letter-not-sent = Letter not sent
webhook-kind-attached = Attachment added
webhook-kind-suspended = Case suspended
webhook-kind-resumed = Case resumed
webhook-kind-closed = Case closed
webhook-kind-reopened = Case reopened
webhook-kind-test = Test message
delivery-waiting = Waiting
delivery-delivered = Delivered
delivery-given-up = Not delivered
delivery-next = Tried again { $at }
delivery-no-answer = no answer
delivery-answer = answer { $status }
delivery-took = { $n } ms
delivery-repeat = Send again

# Limits on requests.
problem-too-many-requests = Too many requests
problem-too-many-requests-detail = Within a minute there were more requests than one person is given. Try again after { $n } s.

# Personal data: who read what.
privacy-own = My personal data
readings-of-case = Who read case { $no }
readings-own = Who read my requests
readings-explained = Each time a case, a document or an attachment is opened, it is noted who opened it, when and from where. Notes are kept for { $days } days. Reading the same again shortly after becomes one line.
readings-none = Nobody has read it yet.
readings-older = Older
readings-link = Who read this case
reading-at = Time
reading-often = { $first } to { $last }, { $n } times
reading-who = Who
reading-you = { $name } (you)
reading-case = Case
reading-what = What was read
reading-way = By
reading-address = Network address
reading-page = Page
reading-program = A program with the token { $token }
read-case = The case with its history
read-tracking = The way of the request
read-document = Document: { $name }
read-attachment = Attachment: { $name }
read-letter = Letter: { $name }
read-dossier = The dossier
read-readings = Who read it

# Personal data: the notice, what is given out, and requests.
notice-link = Personal data
notice-title = Notice on personal data
notice-explained = Sigap keeps personal data for the public task and the legal duties of this office (UU 27/2022, Pasal 20). Below: what is kept, why, for how long, and who sees it.
notice-why = Why
notice-long = For how long
notice-who = Who sees it
notice-copy = What is given out
notice-given-out = The part { $part } of the file.
notice-not-given-out = Not given out.
notice-retention = How long cases are kept
notice-class = { $name }: { $active } years active and { $inactive } years inactive, from the end of the year in which the case ended (source: { $source }).
notice-rights = Your rights
notice-rights-explained = You can download your data, see who read it, and ask for access, correction or erasure. Requests are answered within 3×24 calendar hours. Without an account, write to the office.
kept-account = Account: name, NIP, e-mail, positions, units and roles with their days, skills, chosen language
kept-account-why = So that it is known who did what, and everybody sees only what they may.
kept-account-long = As long as the account exists.
kept-account-who = Its owner, whoever keeps the accounts, and the auditor. Colleagues see the name.
kept-signing-in = Signing in: device, network address, tokens of programs, second factor, passkeys
kept-signing-in-why = So that you see where your account is used, and can end it.
kept-signing-in-long = Sessions for 12 hours at most; tokens until they expire or are revoked; the second factor until it is removed.
kept-signing-in-who = The owner of the account alone.
kept-secrets = Hashes of passwords, recovery codes, tries to sign in, counts of requests, keys of programs' requests
kept-secrets-why = So that nobody guesses passwords, comes in as you, or takes everybody's turn. Not given out, since they help only whoever steals them.
kept-secrets-long = Tries for 24 hours; counts of requests for some minutes; keys of requests for 7 days; codes until they are used.
kept-secrets-who = Nobody.
kept-signing-key = Signing key: the certificate, or the NIK at BSrE
kept-signing-key-why = So that officials sign letters electronically.
kept-signing-key-long = As long as the official signs in this office.
kept-signing-key-who = Its owner; others see the NIK masked.
kept-acting = Mandates and absences: who acts for whom, and when somebody is not in the office
kept-acting-why = So that work goes on while an official is away, and letters say for whom they are signed.
kept-acting-long = With the cases that were dealt with by them.
kept-acting-who = Who gave and who took it, their superior, who keeps the agenda, whoever keeps the accounts, and the auditor.
kept-cases = Requests for help: name, contact, description, attachments, letters and their history
kept-cases-why = To deal with requests by the SOP and to account for it.
kept-cases-long = At least for the retention of cases below; destroyed only by an approved list.
kept-cases-who = The requester, the performers of the SOP, who keeps the agenda, and the auditor. Each reading is noted.
kept-work = The office's work: dispositions, tasks and how long they took, phrases, letter numbers, webhooks, lists of destruction, with who did it
kept-work-why = To do the office's work and to account for it. Part of the archive of the case, so that it is not given out.
kept-work-long = With its case.
kept-work-who = The performers of the SOP, who keeps the agenda, and the auditor.
kept-readings = Who read cases, letters and attachments: when, and from which network address
kept-readings-why = Because processing of personal data has to be recorded (UU 27/2022, Pasal 31).
kept-readings-long = { $days } days.
kept-readings-who = The auditor, and requesters for their own requests.
kept-data-requests = Requests about personal data, and their answers
kept-data-requests-why = So that they are answered in time, and it can be shown.
kept-data-requests-long = As long as the account exists.
kept-data-requests-who = Whoever asked, whoever keeps the accounts, and the auditor.
data-link = See, download or have my data corrected
data-explained = Here you see and download what is kept about you, and ask for access, correction or erasure.
data-nip = NIP
data-export = Download all my data
data-export-hint = One JSON file: account, sessions, requests, files, and who read them. The office's internal notes are not in it.
data-requests = My requests
data-requests-waiting = Requests about personal data
data-requests-explained = Each request is answered within 3×24 calendar hours, holidays included. Data of accounts is corrected with the list of users; write in the answer what was changed.
data-requests-none = No request waits.
data-request-kind = What is asked for
data-request-access = Access
data-request-correction = Correction
data-request-text = Request
data-request-text-hint = Say which data, and how it should be.
data-request-send = Send the request
data-request-too-many = { $n } of your requests still wait for an answer. Wait until one is answered.
data-request-due = To be answered by { $due }, { $hours } hours left
data-request-late = Overdue: it had to be answered by { $due }
data-request-answered = Answered { $at } by { $who }
data-request-answer = Answer
data-request-reply = Answer

# Destruction of archives
problem-destroyed = This case has been destroyed
problem-destroyed-detail = The content of this case was destroyed on { $day } under berita acara number { $list }. Only its number and its steps are left, in the register.

# Files that are missing or altered
problem-file-missing = This file is missing from where files are kept
problem-file-missing-detail = The case and its records are whole; only the content of this file is not there. Tell the administrator the number { $reference }: the file can be restored from a backup.
problem-file-altered = This file is no longer the one that was kept
problem-file-altered-detail = Its content has changed since it was kept, so it is not shown. The case and its records are whole. Tell the administrator the number { $reference }: the file can be restored from a backup.
problem-files-out-of-reach = The place where files are kept does not answer
problem-files-out-of-reach-detail = Nothing has changed. Try again in a moment. If it fails again, tell the administrator the number { $reference }.

# Retention, lists of destruction, and requests for erasure
place-retention = Retention
retention-title = Retention and destruction
retention-explained = Cases are kept by the schedule of retention. Those whose years are over are destroyed only by a list that one person proposes and another approves.
retention-schedule = Schedule of retention
retention-due = Cases whose years are over
retention-due-none = No case has been kept for long enough.
retention-cases = Cases on the list
retention-case = Case number
retention-class = Class
retention-ended = Ended
retention-kept-until = Kept to the end of
retention-outcome = Remark
retention-outcome-destroyed = Destroyed
retention-outcome-left = Stays, was taken up again
retention-basis = Basis of the destruction
retention-basis-hint = Such as the number of the schedule and of the letter that agrees to the destruction.
retention-propose = Propose the list
retention-none-chosen = Choose at least one case.
retention-lists = Lists of destruction
retention-lists-none = There is no list yet.
retention-list = List of destruction number { $list }
retention-list-line = { $n ->
    [1] 1 case
   *[other] { $n } cases
}, proposed { $when } by { $who }
retention-state-proposed = Waits for approval
retention-state-withdrawn = Withdrawn
retention-state-refused = Refused
retention-state-approved = Approved, not yet carried out
retention-state-carried-out = Carried out
retention-about = About this list
retention-digest = Digest of the list (SHA-256)
retention-act-proposed = Proposed { $when } by { $who }.
retention-act-withdrawn = Withdrawn { $when } by { $who }: { $reason }
retention-act-refused = Refused { $when } by { $who }: { $reason }
retention-act-approved = Approved { $when } by { $who }.
retention-act-carried-out = Carried out { $when } by { $who }.
retention-record = Download the berita acara (PDF)
retention-approve = Approve the list
retention-password = Your password
retention-password-hint = The approval is noted in your name. Once the list is carried out, the content of the cases cannot be brought back.
retention-refuse = Refuse the list
retention-refuse-reason = Reason for refusing
retention-own = You proposed this list; somebody else approves it.
retention-withdraw = Withdraw the list
retention-withdraw-reason = Reason for withdrawing
retention-carry-out = Carry out the destruction
retention-carry-out-explained = { $n ->
    [1] The content of 1 case is
   *[other] The content of { $n } cases is
} erased for good: requests, letters, attachments, and who read them. A case that was taken up again in the meantime stays.
retention-not-ended = Case { $case } has not ended, or was taken up again. Make the list anew.
retention-listed = Case { $case } is on list number { $list } already.
retention-answered = This request has been answered.
retention-not-the-proposer = A list is withdrawn by whoever proposed it. You can refuse it.
retention-not-waiting = This list waits for approval no more. See below what was done about it.
retention-same-person = Whoever proposed a list does not approve or refuse it. Ask somebody else.
retention-changed = This list is not the one that was proposed. Look at it again before you go on.
retention-not-approved = This list is not approved yet.
data-request-erasure = Erasure
data-request-case = The case to be erased
data-request-case-hint = For erasure only: choose one of your requests that has ended.
data-request-choose-case = Choose a case
data-request-no-case = Choose a case that has ended and is on no list of destruction.
data-request-about = Case { $case }
data-request-kept = Case { $case } ended { $ended } and is kept to the end of { $year }.
data-request-not-ended = Case { $case } cannot be proposed: it has not ended, is destroyed, or is on a list already.
data-request-legal-basis = Legal basis for erasing it before its years are over
data-request-legal-basis-hint = Needed to grant the request, since its years are not over. Such as an article and the decision that rests on it.
data-request-grant = Grant it and propose the destruction
data-request-erasure-basis = Request { $request } of the data subject for erasure (Law 27/2022, Article 43)
data-request-erasure-basis-legal = { $basis }; legal basis: { $legal }
data-request-list = List of destruction number { $list }: { $state }

# Units, corrections of data, and the archive of data requests
unit-former-name = until { $until }: { $name }
corrections-title = Corrections of data
corrections-explained = The value that was written over, the new one, who corrected it and why. Kept for { $days } days, then erased.
corrections-none = No data has been corrected yet.
corrections-own = Corrections of my data
correction-at = When
correction-whose = Whose data
correction-what = Data
correction-before = Before
correction-after = After
correction-by = By
correction-why = Reason
correction-empty = (empty)
correction-on-server = Somebody on the server
correction-email = E-mail
correction-position = Position
kept-corrections = Corrections of the account: old and new value, who corrected it, when and why
kept-corrections-why = So that you can see that what was wrong was mended (UU 27/2022, Pasal 30).
kept-corrections-long = { $days } days from the correction. Then the old value is erased.
kept-corrections-who = Whose data it is, whoever keeps the accounts, and the auditor.
data-requests-answered = Answered requests
data-requests-answered-explained = The last answer first, with who answered and whether within 3×24 hours.
data-requests-answered-none = No request has been answered yet.
data-request-took = Within 3×24 hours: { $hours } hours
data-request-took-longer = Beyond 3×24 hours: { $hours } hours

## Told more exactly

reading-often-at-once = { $at }, { $n } times
data-request-asked = Asked { $at }
request-for-self = Ask for yourself
request-for-others = Enter a letter from somebody else
problem-too-slow = It took too long to arrive
problem-too-slow-detail = What you sent took too long to arrive and was cut off. Check your network and send it again; smaller files arrive sooner.
problem-not-our-letter = There is no letter with this code
problem-not-our-letter-detail = This office never signed a letter with the code in this address. Compare it with the code printed on the letter, letter by letter. If they are the same, the letter is not from this office.

# Searching, and similar cases
search-title = Search
search-title-of = Search: { $text }
search-explained = In everything written in the cases you may read: requests, records of the steps, notes, letters and names of attachments.
search-box = Search in all cases
search-do = Search
search-narrow = Search and narrow
search-year = Year
search-year-all = All years
search-how = Type words or a number. All words have to be there; words of the same root and beginnings of words are found too.
search-instead = Showing what was found for
search-exactly = Search exactly as typed
search-nothing = Nothing was found.
search-wider = Search in all years, units and states
search-try-fewer = Use fewer words, or other words for the same thing.
search-try-number = The number of a case or letter can be looked for whole or in part, such as 2026-0142.
search-newest-only = A great many cases have these words. The newest { $n } are shown; add a word or choose a year for older ones.
search-about = { $state } · { $unit } · { $date }
search-in-request = Request
search-in-record = Record of a step
search-in-note = Note
search-in-office-note = Internal note
search-in-letter = Letter
search-in-attachment = Attachment
similar-title = Similar cases
similar-title-of = Cases similar to { $no }
similar-link = Look at similar cases
similar-none = No earlier case is similar enough.
similar-same-system = the same system
similar-wrong = What was wrong
similar-mended = What mended it

# What programs are told about files, and about numbers that were set aside

problem-not-files = The body is no form with files
problem-not-files-detail = Send the files as `multipart/form-data`, each as a part with its name.
problem-number-gone = That number waits no more
problem-number-gone-detail = It has been used or voided already; nothing was changed. Read which numbers wait.
api-part-not-a-file = This part has no file name. Send every part as a file with its name.

# A load that is counted up to a limit
counted-more = more than { $n }
open-tasks-more = more than { $n } open tasks

# A database that does not answer, or cannot write

problem-database-out-of-reach = The database does not answer
problem-database-out-of-reach-detail = Wait a moment and reload. If you have just sent something, look first whether it was stored before you send it again. If it fails again, tell the administrator the number { $reference }.
problem-database-cannot-write = The database cannot store anything
problem-database-cannot-write-detail = Its disk is full or failing, so what you sent was not accepted. Reading still works. Tell the administrator the number { $reference }. Once that is mended, send it again if it is not there.
