-- What starts a charge where the network is away: codes, vouchers, vehicles that a pile knows; and gaps in what piles tell.

ALTER TABLE stations ADD COLUMN link_url TEXT NOT NULL DEFAULT ''; -- the pile's own network, told to cars
-- Secrets must be readable to be used: the file is 0600.
CREATE TABLE station_secrets (
  station_id TEXT PRIMARY KEY REFERENCES stations,
  code_secret TEXT NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 -- 0 not yet, 1 the pile has it, 2 the pile does not know such a thing
) STRICT, WITHOUT ROWID;
CREATE TABLE server_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

ALTER TABLE orders ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN code_offered INTEGER NOT NULL DEFAULT 0;
-- An order that a pile made, or that went on as a code, stands in nobody's way: the pile decides which charges.
DROP INDEX orders_open_on_evse;
CREATE UNIQUE INDEX orders_open_on_evse ON orders (evse_key) WHERE state < 3 AND origin = 0;
CREATE INDEX orders_with_code ON orders (station_id) WHERE state = 8;

CREATE TABLE offline_codes (
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL,
  slot INTEGER NOT NULL, -- protocol/offline_code.h: the serial number
  digits TEXT NOT NULL,
  order_id TEXT NOT NULL UNIQUE REFERENCES orders,
  vehicle_id TEXT NOT NULL,
  energy_wh INTEGER NOT NULL,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  transaction_id TEXT NOT NULL DEFAULT '', -- that has used it
  PRIMARY KEY (station_id, evse_no, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX offline_codes_by_digits ON offline_codes (digits);

CREATE TABLE vehicle_codes (
  code_id TEXT PRIMARY KEY,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  type INTEGER NOT NULL,    -- OcppIdTokenType
  id_token TEXT NOT NULL,   -- lower case
  station_id TEXT NOT NULL, -- '': every pile
  blocked INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0, -- kept: what was charged before is still a bill
  expires_ms INTEGER NOT NULL, -- 0: never
  max_energy_wh INTEGER NOT NULL,
  max_cost_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX vehicle_codes_once ON vehicle_codes (type, id_token, station_id) WHERE removed = 0;
CREATE INDEX vehicle_codes_by_token ON vehicle_codes (id_token);

-- What each pile holds, as far as it has said Accepted.
CREATE TABLE local_lists (
  station_id TEXT PRIMARY KEY REFERENCES stations,
  version INTEGER NOT NULL,
  told_ms INTEGER NOT NULL,
  problem TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE local_list_entries (
  station_id TEXT NOT NULL REFERENCES stations,
  type INTEGER NOT NULL,
  id_token TEXT NOT NULL,
  blocked INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (station_id, type, id_token)
) STRICT, WITHOUT ROWID;

CREATE TABLE vouchers (
  voucher_id TEXT PRIMARY KEY,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  client_ref TEXT NOT NULL,
  vehicle_key TEXT NOT NULL,
  voucher TEXT NOT NULL,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  energy_cap_wh INTEGER NOT NULL,
  max_cost_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  uses INTEGER NOT NULL DEFAULT 0, -- transactions that have brought it
  UNIQUE (vehicle_id, client_ref)
) STRICT, WITHOUT ROWID;

ALTER TABLE transactions ADD COLUMN live INTEGER NOT NULL DEFAULT 1;  -- some event of it was not told offline
ALTER TABLE transactions ADD COLUMN flag INTEGER NOT NULL DEFAULT 0;  -- LedgerFlag
ALTER TABLE transactions ADD COLUMN closed INTEGER NOT NULL DEFAULT 0; -- nothing more can come, or will
ALTER TABLE transactions ADD COLUMN gap_ms INTEGER NOT NULL DEFAULT 0; -- since when its pile is asked about the rest
ALTER TABLE transactions ADD COLUMN id_type INTEGER NOT NULL DEFAULT 7; -- OcppIdTokenType; 7: no token told
ALTER TABLE transactions ADD COLUMN id_token TEXT NOT NULL DEFAULT '';
UPDATE transactions SET closed = ended;
CREATE INDEX transactions_unclosed ON transactions (station_id) WHERE closed = 0;
