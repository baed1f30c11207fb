-- All times are unix ms UTC, all energy Wh, all money minor units, prices millionths of the major unit.

CREATE TABLE vehicles (
  vehicle_id TEXT PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  last_event_seq INTEGER NOT NULL DEFAULT 0, -- of this vehicle's event stream; only ever rises
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tariffs (
  tariff_id TEXT PRIMARY KEY,
  currency TEXT NOT NULL,
  flat_micro INTEGER NOT NULL,
  energy_micro_per_kwh INTEGER NOT NULL,
  time_micro_per_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stations (
  station_id TEXT PRIMARY KEY, -- the OCPP identity
  password_sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  operator_name TEXT NOT NULL,
  latitude_deg REAL NOT NULL,
  longitude_deg REAL NOT NULL,
  location_id TEXT NOT NULL,
  boot_accepted INTEGER NOT NULL DEFAULT 0, -- a station that only reconnects sends no BootNotification
  vendor TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '',
  booted_ms INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evses (
  evse_key TEXT PRIMARY KEY, -- canonical: upper case, no separators
  evse_id TEXT NOT NULL,     -- as printed
  evse_uid TEXT NOT NULL,
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL,  -- OCPP EVSE number, from 1
  tariff_id TEXT NOT NULL REFERENCES tariffs,
  totp_secret TEXT,          -- NULL: static code
  totp_validity_s INTEGER NOT NULL DEFAULT 30,
  totp_length INTEGER NOT NULL DEFAULT 12,
  connector_standard TEXT NOT NULL,
  connector_format TEXT NOT NULL,
  power_type TEXT NOT NULL,
  max_power_w INTEGER NOT NULL,
  bay_sensor INTEGER NOT NULL DEFAULT 0,
  bay_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (station_id, evse_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE connectors (
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL,
  connector_no INTEGER NOT NULL,
  status INTEGER NOT NULL,
  status_ms INTEGER NOT NULL,
  PRIMARY KEY (station_id, evse_no, connector_no)
) STRICT, WITHOUT ROWID;

-- The price that was shown is the price that is charged: scans and orders keep their own copy.
CREATE TABLE scans (
  scan_ref TEXT PRIMARY KEY,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  evse_key TEXT NOT NULL REFERENCES evses,
  token TEXT NOT NULL, -- '' for a static code
  expires_ms INTEGER NOT NULL,
  order_id TEXT,       -- the order that used it up
  tariff_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  flat_micro INTEGER NOT NULL,
  energy_micro_per_kwh INTEGER NOT NULL,
  time_micro_per_hour INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX scans_by_expiry ON scans (expires_ms);

-- A one time code starts one order, whoever scanned it.
CREATE TABLE used_tokens (
  evse_key TEXT NOT NULL,
  token TEXT NOT NULL,
  used_ms INTEGER NOT NULL,
  PRIMARY KEY (evse_key, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  order_id TEXT PRIMARY KEY,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  client_ref TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  evse_key TEXT NOT NULL,
  evse_id TEXT NOT NULL,
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL,
  operator_name TEXT NOT NULL,
  remote_start_id INTEGER NOT NULL UNIQUE,
  id_token TEXT NOT NULL UNIQUE,
  start_attempts INTEGER NOT NULL, -- RequestStartTransaction calls, counted before each is sent
  due_ms INTEGER,                  -- next time at which the order must be looked at; NULL never
  state INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  max_cost_minor INTEGER NOT NULL,
  limit_currency TEXT NOT NULL,
  max_energy_wh INTEGER NOT NULL,
  max_duration_s INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  charging_state TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  meter_start_wh INTEGER NOT NULL,
  meter_wh INTEGER NOT NULL,
  energy_wh INTEGER NOT NULL,
  power_w INTEGER NOT NULL,
  soc_percent INTEGER NOT NULL,
  cost_minor INTEGER NOT NULL,
  tariff_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  flat_micro INTEGER NOT NULL,
  energy_micro_per_kwh INTEGER NOT NULL,
  time_micro_per_hour INTEGER NOT NULL,
  receipt TEXT, -- the document as handed out; written once
  UNIQUE (vehicle_id, client_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_vehicle ON orders (vehicle_id, event_seq);
CREATE INDEX orders_by_due ON orders (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX orders_by_station ON orders (station_id) WHERE state < 4;
-- Of any number of simultaneous orders for one EVSE exactly one gets in (states requested, accepted, charging).
CREATE UNIQUE INDEX orders_open_on_evse ON orders (evse_key) WHERE state < 3;

CREATE TABLE idempotency (
  vehicle_id TEXT NOT NULL,
  client_ref TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (vehicle_id, client_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE transactions (
  transaction_id TEXT PRIMARY KEY,
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL, -- 0 until an event names it
  order_id TEXT,            -- NULL: nobody ordered it here
  ended INTEGER NOT NULL,
  folded TEXT NOT NULL      -- what the events told so far (server-stub/model/transaction.h); the events are the truth
) STRICT, WITHOUT ROWID;
CREATE INDEX transactions_open ON transactions (station_id, evse_no) WHERE ended = 0;
CREATE INDEX transactions_by_order ON transactions (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE transaction_events (
  transaction_id TEXT NOT NULL REFERENCES transactions,
  seq_no INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  trigger_reason INTEGER NOT NULL,
  stopped_reason INTEGER NOT NULL,
  offline INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  charging_state INTEGER NOT NULL,
  meter_first_wh INTEGER NOT NULL, -- -1: not told
  meter_last_wh INTEGER NOT NULL,
  power_w INTEGER NOT NULL,
  soc_percent INTEGER NOT NULL,
  PRIMARY KEY (transaction_id, seq_no)
) STRICT, WITHOUT ROWID;
