-- Tokens that an operator has started a transaction with (RequestStartTransaction): the station asks about them in its
-- TransactionEvent, maybe after our restart, and a token that nobody knows ends the charge.
CREATE TABLE operator_starts (
  station_id TEXT NOT NULL REFERENCES stations,
  id_token TEXT NOT NULL COLLATE NOCASE, -- identifierString: compared without case
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (station_id, id_token)
) STRICT, WITHOUT ROWID;
