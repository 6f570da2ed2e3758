-- Acts outside a promotion are of more kinds than creating and writing; each is performed once for its command.
ALTER TABLE performed_act
  DROP CONSTRAINT performed_act_purpose_check,
  ADD CONSTRAINT performed_act_purpose_check CHECK (
    purpose IN ('create-asset', 'write-version', 'supply-secret', 'restore', 'erase', 'activate'));
