export type Channel = 'sms' | 'email' | 'voice';
export type Role = 'member' | 'admin' | 'owner' | 'platform';

export interface SessionClient {
  id: string;
  name: string;
  industry: string;
  time_zone: string;
  status: string;
  role: Role;
}

export interface Session {
  csrf_token: string;
  user: { id: string; email: string; name: string; platform_admin: boolean };
  clients: SessionClient[];
  demo: boolean;
}

export interface FleetClock {
  now: string;
  rate: number;
}

export interface Window {
  from: string;
  to: string;
}

export type Week = Partial<Record<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun', Window[]>>;

export interface ClientProfile {
  brand_voice?: string | null;
  greeting_style?: string | null;
  always_mention?: string[];
  never_say?: string[];
  objection_snippets?: Record<string, string>;
  business_hours?: Week;
  service_area?: string | null;
  job_types?: string[];
  opt_out_confirmation?: string | null;
  phone?: string | null;
  website?: string | null;
  postal_address?: string | null;
}

export interface Client {
  id: string;
  name: string;
  industry: string;
  time_zone: string;
  currency: string;
  status: string;
  profile?: ClientProfile | null;
}

export interface Consent {
  granted: boolean;
  source?: string | null;
  text_shown?: string | null;
  at?: string | null;
}

export interface Contact {
  id: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  email: string | null;
  time_zone: string | null;
  phone_time_zones?: string[];
  state: string | null;
  postal_code: string | null;
  status: string;
  source: string;
  tags: string[];
  custom_fields: Record<string, unknown>;
  consent?: Partial<Record<Channel, Consent>>;
  phone_type: string;
  phone_valid: boolean;
  email_valid?: boolean;
  engagement_score: number;
  sentiment_trend: string;
  alternative_phone?: string | null;
  alternative_email?: string | null;
  version: number;
  created_at: string;
  updated_at: string;
}

export interface Interaction {
  id: string;
  channel: Channel;
  direction: 'outbound' | 'inbound';
  /** Why we said it; null for what was said to us. */
  kind?: 'step' | 'retry' | 'manual' | 'opt_out_confirmation' | null;
  subject?: string | null;
  body: string;
  outcome: string | null;
  failure: string | null;
  occurred_at: string;
  enrollment_id: string | null;
  sequence_id?: string | null;
  step_id: string | null;
  own_address: string | null;
  in_reply_to: string | null;
  /** Of a call: how long it was, why it ended, what was said. */
  call_seconds?: number | null;
  ended_reason?: string | null;
  recording_url?: string | null;
  turns?: { role: string; text: string; at_seconds?: number | null }[] | null;
  /** Of a mail. */
  opened_at?: string | null;
  clicked_at?: string | null;
}

export interface ContactContext {
  contact_id?: string;
  outbound_sms?: number;
  inbound_sms?: number;
  first_contact_at?: string | null;
  last_interaction_at?: string | null;
  last_channel?: string | null;
  last_direction?: string | null;
  last_outbound_at?: string | null;
  last_inbound_at?: string | null;
  last_inbound_sms?: string | null;
  [more: string]: unknown;
}

export interface Suppression {
  id: string;
  channel: Channel;
  identity: string;
  reason: string;
  detail: string | null;
  created_at: string;
  lifted_at: string | null;
}

export interface Delay {
  type: 'immediate' | 'fixed' | 'business_hours' | 'local_time' | 'after_previous';
  duration?: string | null;
  time?: string | null;
}

export interface Step {
  id?: string;
  position?: number;
  name?: string | null;
  kind: string;
  delay: Delay;
  content: { body?: string | null; [more: string]: unknown };
  skip_if?: { type: string; at?: string | null }[];
  on_success?: { action: string; step_id?: string | null };
  on_failure?: { action: string; after?: string | null; max_attempts?: number | null; step_id?: string | null };
  urgent?: boolean;
}

export interface Sequence {
  id: string;
  name: string;
  description: string | null;
  trigger: { type: string; conditions: unknown[] };
  entry_rule: string;
  recontact_gap: string;
  reply_policy: string;
  send_window: Week;
  priority: number;
  active: boolean;
  published_version: number | null;
  draft_version: number | null;
  steps: number;
  /** How many enrollments, by status. */
  counters: Record<string, number>;
  created_at: string;
  updated_at: string;
}

export interface SequenceVersion {
  version: number;
  state: 'draft' | 'published';
  published_at: string | null;
  created_at: string;
  /** On their way, the paused ones included. */
  people: number;
  steps: { step_id: string; name: string | null; position: number; people: number; paused: number }[];
}

export interface StepList {
  version: number;
  state: 'draft' | 'published';
  items: Step[];
}

export interface Enrollment {
  id: string;
  contact_id: string;
  contact_name: string | null;
  contact: { first_name: string | null; last_name: string | null; phone: string | null; time_zone: string | null };
  sequence_id: string;
  sequence_name: string;
  version: number;
  status: string;
  status_reason: string | null;
  needs_human: boolean;
  step_id: string | null;
  step_name: string | null;
  step_kind: string | null;
  position: number;
  step_count: number;
  next_step_at: string | null;
  open_dispatch_id: string | null;
  open_dispatch_state: string | null;
  attempt: number;
  steps_done: number;
  sent: number;
  failed: number;
  replied: boolean;
  booked: boolean;
  last_step_at: string | null;
  started_at: string;
  ended_at: string | null;
  source: string;
  /** What happens next, and why, in words. */
  what: string;
}

/** What an enrollment reached, once of each kind. */
export interface OutcomeRow {
  id: string;
  kind: 'booked' | 'converted';
  source: string;
  value_micros: number | null;
  currency: string | null;
  at: string;
}

export interface LogEntry {
  id: string;
  step_id: string | null;
  step_name: string | null;
  dispatch_id: string | null;
  version: number;
  decision: string;
  reason_code: string;
  reason: string;
  until: string | null;
  at: string;
}

export interface Healing {
  id: string;
  failure: string;
  error_code: string | null;
  action: string;
  reason: string;
  result: string;
  at: string;
}

export interface Dispatch {
  id: string;
  contact_id: string;
  contact_name: string | null;
  enrollment_id: string | null;
  channel: Channel;
  state: string;
  attempt: number;
  delivery_status: string | null;
  failure: string | null;
  error_code: string | null;
  error_text: string | null;
  hold_reason: string | null;
  hold_until: string | null;
  identity: string | null;
  provider_id: string | null;
  segments: number;
  cost_micros: number;
  created_at: string;
  sent_at: string | null;
  outcome_at: string | null;
  own_address: string | null;
  subject?: string | null;
  body: string | null;
  ended_reason?: string | null;
  call_seconds?: number | null;
  /** Which rules of law were asked before it went out, and what the clocks showed. */
  allowed_by?: { book: number; rules: string[]; clocks: Record<string, string> } | null;
}

export interface Preview {
  /** Every text of the step, filled in. */
  content: Record<string, string>;
  text: string;
  encoding: string;
  segments: number;
  units: number;
  cost_micros: number;
  warnings: string[];
}

/** What the team is told. */
export interface Notification {
  id: string;
  type: string;
  priority: 'low' | 'normal' | 'high' | 'urgent';
  title: string;
  detail: string | null;
  /** A path within the console. */
  link: string | null;
  at: string;
  read_at: string | null;
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  description: string | null;
  /** Empty: all. */
  event_types: string[];
  active: boolean;
  failing_since: string | null;
  disabled_at: string | null;
  disabled_reason: string | null;
  created_at: string;
}

export interface WebhookDelivery {
  id: string;
  endpoint_id: string | null;
  endpoint_url: string | null;
  event_type: string;
  state: 'pending' | 'delivered' | 'failed';
  tries: number;
  next_at: string | null;
  created_at: string;
  status: number | null;
  error: string | null;
  attempts: { at: string; status?: number; error?: string; millis: number }[];
}

export interface DeadLetter {
  id: string;
  listener: string;
  topic: string;
  key: string;
  type: string | null;
  payload: string;
  state: string;
  error: string | null;
  attempts: number;
  created_at: string;
}

export interface ServiceHealth {
  name: string;
  ready: boolean;
  detail: string | null;
  millis: number | null;
}

/** Whether a provider account works; times are real ones. */
export interface ProviderHealth {
  provider_account_id: string;
  name: string;
  provider: string;
  state: 'closed' | 'open' | 'half_open';
  trouble: 'unavailable' | 'account_problem' | 'throttled' | null;
  code: string | null;
  since: string | null;
  retry_at: string | null;
}

export interface ApiKey {
  id: string;
  client_id: string | null;
  name: string;
  prefix: string;
  role: Role;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface PhoneNumber {
  id: string;
  provider_account_id: string;
  e164: string;
  sms_enabled: boolean;
  per_second: number;
  daily_cap: number;
  voice_enabled: boolean;
  voice_account_id: string | null;
  voice_number_id: string | null;
  forward_to: string | null;
  active: boolean;
}

export interface Mailbox {
  id: string;
  provider_account_id: string;
  address: string;
  display_name: string;
  reply_to: string | null;
  per_second: number;
  daily_cap: number;
  warmup_from: string | null;
  active: boolean;
}

export interface ProviderAccount {
  id: string;
  provider: string;
  name: string;
  account_sid: string;
  base_url: string | null;
  settings: Record<string, unknown>;
  webhook_secret_set: boolean;
  active: boolean;
}

export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
}

/** One thing that just happened, as the gateway tells it. */
export interface LiveItem {
  id: string;
  type: string;
  at: string;
  contact_id: string | null;
  contact_name: string | null;
  enrollment_id: string | null;
  sequence_id: string | null;
  sequence_name: string | null;
  channel: Channel | null;
  code: string | null;
  detail: string | null;
}

export interface Faults {
  latency_ms: number;
  latency_jitter_ms: number;
  rate_400: number;
  rate_429: number;
  rate_500: number;
  rate_503: number;
  accept_then_500: number;
  drop_before: number;
  reset_after: number;
  drop_after: number;
  hang_before: number;
  hang_after: number;
  hang_seconds: number;
  on_queries: boolean;
  list_lag_ms: number;
  callback_lose: number;
  callback_duplicate: number;
  callback_reorder: number;
  callback_delay: number;
  callback_delay_ms: number;
}

export interface LedgerSummary {
  requests: number;
  accepted: number;
  refused: number;
  dropped: number;
  accepted_with_dispatch: number;
  duplicate_dispatches: number;
  duplicates: { dispatch_id: string; count: number }[];
  duplicates_exact: boolean;
  callbacks: { attempts: number; delivered: number; retried: number; rejected: number; given_up: number; lost: number };
  inbound: { said: number; delivered: number; rejected: number; given_up: number; lost: number };
  faults: Record<string, number>;
}

/** How many dispatches of the last 24 hours stand in each state. */
export interface DispatchSummary {
  total: number;
  states: Record<string, number>;
  /** Why those that were not accepted were not. */
  reasons: Record<string, number>;
  segments: number;
  cost_micros: number;
}

/** Something that waits longer than it should; `since` is real time. */
export interface Stuck {
  id: string;
  kind: string;
  meaning: string;
  count: number;
  since: string;
  dispatch_id: string | null;
  enrollment_id: string | null;
  contact_id: string | null;
  dead_letter_id: string | null;
  service: string | null;
  detail: string;
}

export interface StepFigures {
  step_id: string;
  position: number;
  executions: number;
  skipped: number;
  accepted: number;
  delivered: number;
  failed: number;
  replies: number;
  opt_outs: number;
  conversions: number;
  cost_micros: number;
}

export interface Analytics {
  steps: StepFigures[];
}

export interface CustomField {
  key: string;
  label: string;
  type: 'text' | 'number' | 'boolean' | 'date';
}

export interface Import {
  id: string;
  file_name: string;
  state: 'uploaded' | 'running' | 'done' | 'cancelled' | 'failed';
  bytes: number;
  encoding: string;
  delimiter: string;
  columns: { name: string; suggested: string | null }[];
  preview: string[][];
  mapping: Record<string, string> | null;
  options: { update: boolean; trigger: boolean; tags: string[] } | null;
  rows_total: number;
  rows_read: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  merged: number;
  bad: number;
  failure: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface LeadSource {
  id: string;
  kind: 'generic' | 'google' | 'facebook';
  name: string;
  url: string;
  tags: string[];
  active: boolean;
}

/** A source with what is shown once. */
export interface NewLeadSource {
  source: LeadSource;
  secret: string | null;
  verify_token: string | null;
}
