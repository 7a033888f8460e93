-- What waits for a person is looked up however many cases there are, without looking at their cases.

-- Whether the case of the task is running: 1, or 0 while it is suspended.
ALTER TABLE open_tasks ADD COLUMN running BIGINT NOT NULL DEFAULT 1;
UPDATE open_tasks SET running = 0
  WHERE case_id IN (SELECT case_id FROM cases WHERE state = 'suspended');
CREATE INDEX open_tasks_running ON open_tasks (assignee, due_sort) WHERE running = 1;

-- Of what somebody still holds, what has been theirs for the longest time.
DROP INDEX task_holds_person;
CREATE INDEX task_holds_person ON task_holds (person, until_sort, held_from);
