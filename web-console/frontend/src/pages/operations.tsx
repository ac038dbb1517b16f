import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Page, call } from '../api/client';
import { rows, useGet, useHere, useList, useSandbox } from '../api/hooks';
import type {
  DeadLetter,
  Dispatch,
  DispatchSummary,
  Faults,
  FleetClock,
  LedgerSummary,
  ProviderHealth,
  ServiceHealth,
  Stuck,
} from '../api/types';
import { count, look, money, number, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Badge,
  Button,
  Card,
  ChannelBadge,
  Dialog,
  Empty,
  ErrorNotice,
  Figure,
  Loaded,
  MoreButton,
  Notice,
  PageHead,
  State,
  useAction,
  useTitle,
  useToast,
} from '../ui/parts';
import { When, useClockRate } from '../ui/time';

const STATES = [
  'ready',
  'sending',
  'accepted',
  'given_back',
  'rejected',
  'not_sent',
  'unknown',
  'quarantined',
  'cancelled',
  'expired',
];

export function Operations() {
  useTitle('Operations');
  const { session } = useHere();
  return (
    <>
      <PageHead title="Operations">
        <p>Whether everything runs, what waits, and what nobody could find out.</p>
      </PageHead>
      <div className="stack" data-gap="large">
        <Services />
        <Providers />
        <WaitsTooLong />
        {session.demo && session.user.platform_admin && <Demo />}
        <Sending />
        <DeadLetters />
      </div>
    </>
  );
}

const SERVICE_WORDS: Record<string, string> = {
  console: 'Console and gateway',
  scheduler: 'Scheduler',
  channels: 'Channel workers',
  events: 'Event processor',
  memory: 'Memory',
  healer: 'Healer',
  learning: 'Learning',
  sandbox: 'Provider sandbox',
};

function Services() {
  const services = useGet<Page<ServiceHealth>>('/services', undefined, { every: 5_000 });
  return (
    <section aria-labelledby="services-title" className="stack" data-gap="small">
      <h2 id="services-title" className="visually-hidden">
        Services
      </h2>
      <Loaded query={services} lines={2}>
        {({ items }) => (
          <>
            {items.some((one) => !one.ready) && (
              <Notice
                tone="bad"
                title={`${items
                  .filter((one) => !one.ready)
                  .map((one) => SERVICE_WORDS[one.name] ?? one.name)
                  .join(', ')} ${items.filter((one) => !one.ready).length === 1 ? 'is' : 'are'} not ready`}
              >
                Nothing is lost: what is due waits in the database and goes on when the service is back. See{' '}
                <code>./omnify logs</code>.
              </Notice>
            )}
            <div className="service-grid">
              {items.map((one) => (
                <div key={one.name} className="service">
                  <span className="feed-mark" data-tone={one.ready ? 'good' : 'bad'}>
                    <Icon name={one.ready ? 'check' : 'cross'} />
                  </span>
                  <div>
                    <div className="strong">{SERVICE_WORDS[one.name] ?? words(one.name)}</div>
                    <div className="small muted num">
                      {one.ready ? `ready${one.millis ? ` · ${one.millis} ms` : ''}` : (one.detail ?? 'not ready')}
                    </div>
                  </div>
                </div>
              ))}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

// ---------------------------------------------------------------- providers

const TROUBLE_WORDS: Record<string, string> = {
  unavailable: 'It does not answer, or answers with errors of its own.',
  account_problem: 'It refuses the account: look at its credentials and its state.',
  throttled: 'It asks to send more slowly.',
};

/** Says something only where an account is left alone. */
function Providers() {
  const health = useGet<Page<ProviderHealth>>('/provider-health');
  const broken = health.data?.items.filter((one) => one.state !== 'closed') ?? [];
  return broken.map((one) => (
    <Notice
      key={one.provider_account_id}
      tone={one.trouble === 'throttled' ? 'info' : 'warn'}
      title={`The provider account ${one.name} is left alone for now`}
    >
      {TROUBLE_WORDS[one.trouble ?? ''] ?? 'It does not work.'}
      {one.code && ` (${one.code})`} What was to go out waits.{' '}
      {one.state === 'half_open' ? (
        'One message is trying it now.'
      ) : Date.parse(one.retry_at ?? '') <= Date.now() ? (
        'The next message tries it.'
      ) : (
        <>
          One message tries it again <When at={one.retry_at} real />.
        </>
      )}
    </Notice>
  ));
}

// ---------------------------------------------------------------- what waits too long

const STUCK_WORDS: Record<string, string> = {
  dispatch_ready: 'Not taken by a worker',
  dispatch_sending: 'Being sent for too long',
  dispatch_unknown: 'Unknown whether sent',
  dispatch_quarantined: 'Needs a person',
  outcome_missed: 'Outcome not heard',
  step_lost: 'Was lost, taken up again',
  errand_open: 'Errand not reported as done',
  steps_overdue: 'Steps overdue',
  no_sender: 'No number to send from',
  client_suspended: 'Client suspended',
  dead_letter: 'Event not digested',
  outbox_waiting: 'Events not delivered',
};

function WaitsTooLong() {
  const list = useList<Stuck>('/stuck', { limit: 20 });
  const all = rows(list.data);
  return (
    <Card title="What waits too long" flush>
      <Loaded query={list} lines={1}>
        {() =>
          all.length === 0 ? (
            <div className="card-body row">
              <span className="feed-mark" data-tone="good">
                <Icon name="check" />
              </span>
              <span className="muted">Nothing: all that is due goes on.</span>
            </div>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">{count(all.length, 'finding')} shown</caption>
                <thead>
                  <tr>
                    <th>What</th>
                    <th>What it means</th>
                    <th>Where</th>
                    <th data-num>Since</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.id}>
                      <td>
                        <span className="strong">{STUCK_WORDS[one.kind] ?? words(one.kind)}</span>
                        {one.count > 1 && <span className="muted num"> × {number(one.count)}</span>}
                      </td>
                      <td data-label="What it means" className="small muted">
                        {one.meaning}
                        {one.detail && <>. {one.detail}</>}
                      </td>
                      <td data-label="Where">
                        <StuckPlace of={one} />
                      </td>
                      <td data-label="Since" data-num className="muted nowrap">
                        <When at={one.since} real />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <MoreButton query={list} />
    </Card>
  );
}

/** Where a person goes on from it. */
function StuckPlace({ of }: { of: Stuck }) {
  const { path } = useHere();
  if (of.kind === 'dispatch_quarantined' || of.kind === 'dispatch_unknown') {
    return <Link to={path(`/operations?state=${of.kind.slice('dispatch_'.length)}`)}>The message</Link>;
  }
  if (of.enrollment_id) {
    return <Link to={path(`/enrollments/${of.enrollment_id}`)}>The enrollment</Link>;
  }
  if (of.contact_id) {
    return <Link to={path(`/contacts/${of.contact_id}`)}>The contact</Link>;
  }
  if (of.kind === 'no_sender') {
    return <Link to={path('/settings')}>The numbers</Link>;
  }
  return <span className="muted">{of.service ? (SERVICE_WORDS[of.service] ?? of.service) : ''}</span>;
}

// ---------------------------------------------------------------- sending

const TONES: Record<string, string> = { accepted: 'good', rejected: 'bad', not_sent: 'bad', unknown: 'warn', quarantined: 'warn', given_back: 'warn', sending: 'info' };

function Sending() {
  const { path, client, api } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? '';
  const summary = useGet<DispatchSummary>('/dispatches/summary');
  const list = useList<Dispatch>('/dispatches', { state, limit: 30 });
  const all = rows(list.data);
  const states = summary.data?.states ?? {};
  const shown = STATES.filter((one) => states[one] || one === state);
  const [resolving, setResolving] = useState<Dispatch | null>(null);
  return (
    <Card
      title="Messages of the last 24 hours"
      flush
      note={
        summary.data && (
          <span className="num">
            {count(summary.data.total, 'message')} · {count(summary.data.segments, 'segment')} ·{' '}
            {money(summary.data.cost_micros)}
          </span>
        )
      }
    >
      <div className="card-body stack">
        {summary.data && summary.data.total > 0 && (
          <div className="bar" role="img" aria-label={shown.map((one) => `${look('dispatch', one).word}: ${states[one] ?? 0}`).join(', ')}>
            {shown.map((one) => (
              <i key={one} data-tone={TONES[one]} style={{ flexGrow: states[one] ?? 0 }} />
            ))}
          </div>
        )}
        <div className="chips" role="group" aria-label="State">
          <button type="button" className="chip" aria-pressed={!state} onClick={() => setParams({})}>
            All
          </button>
          {shown.map((one) => {
            const { word, icon } = look('dispatch', one);
            return (
              <button
                key={one}
                type="button"
                className="chip num"
                aria-pressed={state === one}
                onClick={() => setParams(state === one ? {} : { state: one })}
              >
                <Icon name={icon} size={13} />
                {word} {number(states[one] ?? 0)}
              </button>
            );
          })}
        </div>
        {summary.data && Object.keys(summary.data.reasons).length > 0 && (
          <p className="small muted num">
            Reasons:{' '}
            {Object.entries(summary.data.reasons)
              .sort(([, a], [, b]) => b - a)
              .slice(0, 6)
              .map(([reason, n]) => `${words(reason).toLowerCase()} ${number(n)}`)
              .join(' · ')}
          </p>
        )}
      </div>
      <Loaded query={list} lines={5}>
        {() =>
          all.length === 0 ? (
            <Empty icon="send" title={state ? 'No message is in this state' : 'Nothing was sent yet'}>
              {state
                ? 'Choose another state, or all.'
                : 'As soon as a sequence sends, every message stands here with its outcome.'}
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">{count(all.length, 'message')} shown</caption>
                <thead>
                  <tr>
                    <th>Contact</th>
                    <th>Message</th>
                    <th>State</th>
                    <th>Why</th>
                    <th data-num>When</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.id}>
                      <td>
                        <Link className="strong" to={path(`/contacts/${one.contact_id}`)}>
                          {one.contact_name ?? one.identity ?? 'Someone'}
                        </Link>
                      </td>
                      <td data-label="Message">
                        <span className="row" style={{ flexWrap: 'nowrap', minWidth: 0 }}>
                          <ChannelBadge channel={one.channel} />
                          <span className="clip muted" style={{ maxWidth: '18rem' }} title={one.body ?? undefined}>
                            {one.body}
                          </span>
                        </span>
                      </td>
                      <td data-label="State">
                        <span className="row">
                          <State kind="dispatch" of={one.state} />
                          {one.delivery_status && <State kind="delivery" of={one.delivery_status} />}
                        </span>
                      </td>
                      <td data-label="Why" className="small muted">
                        {one.failure || one.hold_reason ? (
                          <>
                            {words(one.failure ?? one.hold_reason ?? '')}
                            {one.error_code && ` (${one.error_code})`}
                            {one.hold_until && (
                              <>
                                , until <When at={one.hold_until} />
                              </>
                            )}
                          </>
                        ) : one.state === 'quarantined' && client.role !== 'member' ? (
                          <Button size="small" onClick={() => setResolving(one)}>
                            Resolve
                          </Button>
                        ) : (
                          ''
                        )}
                      </td>
                      <td data-label="When" data-num className="muted nowrap">
                        {one.sent_at ? <When at={one.sent_at} /> : <When at={one.created_at} real />}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      <MoreButton query={list} />
      {resolving && (
        <Dialog
          title="What became of this message?"
          shape="box"
          onClose={() => setResolving(null)}
          foot={
            <>
              <Button onClick={() => setResolving(null)}>Cancel</Button>
              {(['not_sent', 'sent'] as const).map((as) => (
                <Button
                  key={as}
                  kind={as === 'sent' ? 'primary' : 'plain'}
                  busy={busy === as}
                  onClick={() =>
                    void run(
                      as,
                      () => api.post(`/dispatches/${resolving.id}/resolve`, { as }),
                      as === 'sent' ? 'Counted as sent.' : 'Counted as not sent.',
                    ).then((done) => {
                      if (done) {
                        setResolving(null);
                        void queries.invalidateQueries({ queryKey: [client.id] });
                      }
                    })
                  }
                >
                  {as === 'sent' ? 'It was sent' : 'It was not sent'}
                </Button>
              ))}
            </>
          }
        >
          <p>
            The provider could not say whether it took this message to{' '}
            <strong className="strong">{resolving.contact_name ?? resolving.identity}</strong>. Look it up with the
            provider{resolving.provider_id ? ` (${resolving.provider_id})` : ''}, then say what you found: if it was not
            sent, its step’s rule for failures applies.
          </p>
          <div className="phone-preview">
            <div className="bubble">{resolving.body}</div>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

// ---------------------------------------------------------------- dead letters

const KEEPERS = ['scheduler', 'channels', 'events', 'memory', 'healer', 'learning'];

function DeadLetters() {
  const { client } = useHere();
  const [service, setService] = useState('scheduler');
  if (client.role === 'member') {
    return null;
  }
  return (
    <Card
      title="Dead letters"
      flush
      actions={
        <select
          className="select"
          style={{ width: 'auto' }}
          aria-label="Service"
          value={service}
          onChange={(event) => setService(event.target.value)}
        >
          {KEEPERS.map((one) => (
            <option key={one} value={one}>
              {SERVICE_WORDS[one]}
            </option>
          ))}
        </select>
      }
    >
      <Letters key={service} service={service} />
    </Card>
  );
}

function Letters({ service }: { service: string }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const where = `/services/${service}/dead-letters`;
  const list = useList<DeadLetter>(where, { limit: 20 });
  const letters = rows(list.data).filter((one) => one.state !== 'replayed');
  return (
    <>
      <Loaded query={list} lines={2}>
        {() =>
          letters.length === 0 ? (
            <div className="card-body row">
              <span className="feed-mark" data-tone="good">
                <Icon name="check" />
              </span>
              <span className="muted">No event failed here.</span>
            </div>
          ) : (
            <ul>
              {letters.map((letter) => (
                <li key={letter.id} className="operation">
                  <details>
                    <summary>
                      <Badge
                        look={
                          letter.state === 'dead'
                            ? { word: 'Dead', tone: 'bad', icon: 'cross' }
                            : { word: 'Parked behind it', tone: 'warn', icon: 'clock' }
                        }
                      />
                      <span className="strong">{letter.type ?? 'of unknown type'}</span>
                      <span className="small muted">
                        {letter.listener} · {count(letter.attempts, 'try', 'tries')} · <When at={letter.created_at} real />
                      </span>
                    </summary>
                    <div className="operation-body stack" data-gap="small">
                      {letter.error && <p className="muted">{letter.error}</p>}
                      <pre className="code" tabIndex={0}>{pretty(letter.payload)}</pre>
                      <div>
                        <Button
                          size="small"
                          icon="retry"
                          busy={busy === letter.id}
                          onClick={() =>
                            void run(
                              letter.id,
                              () => api.post(`${where}/${letter.id}/replay`),
                              'Replayed, with all that waited behind it.',
                            ).then(() => queries.invalidateQueries({ queryKey: [client.id, where] }))
                          }
                        >
                          Replay
                        </Button>
                      </div>
                    </div>
                  </details>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <MoreButton query={list} />
    </>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

// ---------------------------------------------------------------- demonstration

const RATES = [0, 1, 10, 60, 100, 500, 1000, 5000];

/** What a switch does, in the order of trouble it makes. */
const SWITCHES: { key: keyof Faults; word: string; hint: string }[] = [
  { key: 'accept_then_500', word: 'Accept, then 500', hint: 'Taken, and yet answered with an error' },
  { key: 'drop_after', word: 'Accept, then hang up', hint: 'Taken, no answer' },
  { key: 'reset_after', word: 'Accept, then reset', hint: 'Taken, connection reset' },
  { key: 'hang_after', word: 'Accept, then hang', hint: 'Taken, answer after the time-out' },
  { key: 'drop_before', word: 'Reset before', hint: 'Not taken, connection reset' },
  { key: 'hang_before', word: 'Hang before', hint: 'Not taken, no answer' },
  { key: 'rate_400', word: 'Refuse (400)', hint: 'Not taken' },
  { key: 'rate_429', word: 'Too many requests (429)', hint: 'Not taken, later perhaps' },
  { key: 'rate_500', word: 'Error (500)', hint: 'Not taken' },
  { key: 'rate_503', word: 'Unavailable (503)', hint: 'Not taken' },
  { key: 'callback_lose', word: 'Lose callbacks', hint: 'A report never comes' },
  { key: 'callback_duplicate', word: 'Repeat callbacks', hint: 'A report comes twice' },
  { key: 'callback_reorder', word: 'Mix callbacks up', hint: 'Reports come in the wrong order' },
];

function Demo() {
  const ledger = useSandbox<LedgerSummary>('/ledger/summary');
  return (
    <Card title="Demonstration" note="Simulated providers on the real wire">
      <div className="stack" data-gap="large">
        <Clock />
        {ledger.data ? (
          <div className="figures">
            <Figure
              label="Sent twice"
              icon="copy"
              tone={ledger.data.duplicate_dispatches === 0 ? 'good' : 'bad'}
              value={number(ledger.data.duplicate_dispatches)}
              note={ledger.data.duplicates_exact ? 'by the provider’s own ledger' : 'at least; see ./omnify verify'}
            />
            <Figure label="Accepted" icon="check" value={number(ledger.data.accepted)} note="messages, by the ledger" />
            <Figure label="Refused" icon="cross" value={number(ledger.data.refused)} />
            <Figure
              label="Callbacks"
              icon="bolt"
              value={number(ledger.data.callbacks.delivered)}
              note={`${number(ledger.data.callbacks.lost)} lost by switch`}
            />
            <Figure
              label="Replies"
              icon="reply"
              value={number(ledger.data.inbound.said)}
              note={`${number(ledger.data.inbound.delivered)} delivered`}
            />
          </div>
        ) : (
          ledger.error && <ErrorNotice error={ledger.error} retry={() => void ledger.refetch()} />
        )}
        <FaultSwitches />
      </div>
    </Card>
  );
}

function Clock() {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const rate = useClockRate();
  const set = (next: number) =>
    run(
      String(next),
      async () => {
        await api.put<FleetClock>('/fleet-clock', { rate: next });
        // the simulated people keep time with the fleet
        await call('PUT', '/sandbox/clock', { body: { rate: next } });
      },
      next === 0 ? 'Time stands still.' : next === 1 ? 'Time passes as it does.' : `A day passes in ${daySpan(next)}.`,
    ).then(() => queries.invalidateQueries({ queryKey: [client.id, '/fleet-clock'] }));
  return (
    <div className="stack" data-gap="small">
      <h3>Clock</h3>
      <div className="chips num" role="group" aria-label="How fast fleet time passes">
        {[...new Set([...RATES, rate])].sort((a, b) => a - b).map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={rate === one}
            disabled={busy !== null}
            onClick={() => void set(one)}
          >
            {one === 0 ? 'Stand still' : `×${one.toLocaleString('en-US')}`}
          </button>
        ))}
      </div>
      <p className="small muted">
        Delays, windows and caps follow this clock; provider deadlines and leases stay on the real one.
      </p>
    </div>
  );
}

function daySpan(rate: number): string {
  const seconds = 86_400 / rate;
  return seconds >= 3600
    ? `${Math.round(seconds / 360) / 10} hours`
    : seconds >= 90
      ? `${Math.round(seconds / 60)} minutes`
      : `${Math.round(seconds)} seconds`;
}

function FaultSwitches() {
  const say = useToast();
  const faults = useSandbox<Faults>('/faults', false);
  const [draft, setDraft] = useState<Faults | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { data, refetch } = faults;
  useEffect(() => {
    if (data && !draft) {
      setDraft(data);
    }
  }, [data, draft]);
  if (faults.error && !draft) {
    return <ErrorNotice error={faults.error} retry={() => void refetch()} />;
  }
  if (!draft) {
    return null;
  }
  const put = async (next: Faults) => {
    setBusy(true);
    setError(null);
    try {
      setDraft(await call<Faults>('PUT', '/sandbox/faults', { body: next }));
      say('The provider behaves as set.');
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const changed = JSON.stringify(draft) !== JSON.stringify(data ?? draft);
  const any = SWITCHES.some(({ key }) => draft[key] !== 0) || draft.latency_ms > 0;
  return (
    <div className="stack">
      <div className="row spread">
        <h3>Provider faults</h3>
        <div className="actions">
          {any && (
            <Button
              size="small"
              disabled={busy}
              onClick={() => {
                const calm = { ...draft, latency_ms: 0, latency_jitter_ms: 0 };
                for (const { key } of SWITCHES) {
                  (calm as Record<string, number | boolean>)[key] = 0;
                }
                void put(calm).then(() => refetch());
              }}
            >
              All off
            </Button>
          )}
          <Button
            size="small"
            kind="primary"
            busy={busy}
            disabled={!changed}
            onClick={() => void put(draft).then(() => refetch())}
          >
            Apply
          </Button>
        </div>
      </div>
      {error !== null && <ErrorNotice error={error} />}
      <div className="faults">
        <label className="stack" data-gap="small">
          <span className="fault-head">
            <span className="strong small">Latency</span>
            <span className="num small">{draft.latency_ms} ms</span>
          </span>
          <input
            className="range"
            type="range"
            min={0}
            max={5000}
            step={100}
            value={draft.latency_ms}
            onChange={(event) => setDraft({ ...draft, latency_ms: Number(event.target.value) })}
          />
          <span className="field-hint">Every answer waits</span>
        </label>
        {SWITCHES.map(({ key, word, hint }) => (
          <label key={key} className="stack" data-gap="small">
            <span className="fault-head">
              <span className="strong small">{word}</span>
              <span className="num small">{Math.round(Number(draft[key]) * 100)} %</span>
            </span>
            <input
              className="range"
              type="range"
              min={0}
              max={0.5}
              step={0.01}
              value={Number(draft[key])}
              onChange={(event) => setDraft({ ...draft, [key]: Number(event.target.value) })}
            />
            <span className="field-hint">{hint}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
