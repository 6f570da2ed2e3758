-- Every vote on a promotion, also of earlier revisions and taken back: whoever looks at a promotion is shown them all, and
-- the index that keeps people from voting twice knows only those that count.
CREATE INDEX decision_promotion ON decision (organization, promotion);
