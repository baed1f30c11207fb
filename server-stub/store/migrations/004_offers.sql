CREATE TABLE subscriptions (
  vehicle_id TEXT PRIMARY KEY REFERENCES vehicles,
  kinds INTEGER NOT NULL, -- bits of protocol/api_subscription.h
  radius_m INTEGER NOT NULL,
  latitude_deg REAL,      -- NULL: not told. Only the latest is kept
  longitude_deg REAL,
  updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE offer_rules (
  rule_id TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL,
  terms TEXT NOT NULL -- RuleInput of protocol/README.md section 3
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  offer_id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,  -- '' made by hand
  evse_key TEXT NOT NULL, -- of a rule's offer; '' otherwise
  created_ms INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  withdrawn_ms INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0, -- told to whom it concerns
  terms TEXT NOT NULL                -- OfferInput of protocol/README.md section 3
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_by_end ON offers (until_ms);
CREATE INDEX offers_by_rule ON offers (rule_id, evse_key, created_ms) WHERE rule_id <> '';

-- Who was told of which offer, once, and what became of it.
CREATE TABLE offer_told (
  offer_id TEXT NOT NULL REFERENCES offers ON DELETE CASCADE,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  told_ms INTEGER NOT NULL,
  accepted_ms INTEGER NOT NULL DEFAULT 0,
  terms TEXT NOT NULL DEFAULT '',   -- as accepted: what the operator changes later does not change a promise
  order_id TEXT NOT NULL DEFAULT '', -- of the latest order that took it
  PRIMARY KEY (offer_id, vehicle_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_told_by_vehicle ON offer_told (vehicle_id, told_ms);

-- Since when a charging point has waited. Kept over restarts, and over a pile's absence.
CREATE TABLE idle_evses (
  evse_key TEXT PRIMARY KEY REFERENCES evses,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The offer that made the price of a scan, and of the order that cites it, in the words that were shown.
ALTER TABLE scans ADD COLUMN offer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN offer_text TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN offer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN offer_text TEXT NOT NULL DEFAULT '';
