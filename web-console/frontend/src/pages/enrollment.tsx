import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Page } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { Contact, Dispatch, Enrollment, Healing, LogEntry, OutcomeRow } from '../api/types';
import { callTime, count, look, money, personName, plainWords, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Badge,
  Button,
  Card,
  Dialog,
  Empty,
  ErrorNotice,
  Field,
  FormDialog,
  Loaded,
  Meter,
  MoreButton,
  Notice,
  PageHead,
  State,
  useAction,
  useSending,
  useTitle,
} from '../ui/parts';
import { AtTime, Stamp, When } from '../ui/time';

const OVER = ['completed', 'replied', 'booked', 'converted', 'opted_out', 'failed', 'stopped', 'unenrolled'];

export function EnrollmentPage() {
  const { id } = useParams();
  const { path } = useHere();
  const enrollment = useGet<Enrollment>(`/enrollments/${id}`);
  useTitle(enrollment.data ? `${enrollment.data.contact_name ?? 'Someone'} in ${enrollment.data.sequence_name}` : null);
  if (enrollment.error && !enrollment.data) {
    return (
      <>
        <PageHead title="Enrollment" back={{ to: path('/enrollments'), word: 'Enrollments' }} />
        <ErrorNotice error={enrollment.error} retry={() => void enrollment.refetch()} />
      </>
    );
  }
  return (
    <Loaded query={enrollment} lines={10}>
      {(one) => <One one={one} />}
    </Loaded>
  );
}

function One({ one }: { one: Enrollment }) {
  const { path, api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [asking, setAsking] = useState<'stop' | 'outcome' | null>(null);
  const contact = useGet<Contact>(`/contacts/${one.contact_id}`);
  const zone = contact.data?.time_zone ?? contact.data?.phone_time_zones?.[0] ?? null;
  const name = one.contact_name ?? personName(contact.data, one.contact.phone ?? undefined);
  const over = OVER.includes(one.status);
  const refresh = () => queries.invalidateQueries({ queryKey: [client.id] });
  const steer = (to: 'pause' | 'resume' | 'stop', said: string, undo?: () => void) =>
    run(to, () => api.post(`/enrollments/${one.id}/${to}`, { reason: 'In the console' }), said, undo).then((done) => {
      void refresh();
      return done;
    });
  return (
    <>
      <PageHead
        back={{ to: path('/enrollments'), word: 'Enrollments' }}
        title={
          <>
            <Link to={path(`/contacts/${one.contact_id}`)}>{name}</Link>
          </>
        }
        actions={
          <>
            {one.status === 'active' && (
              <Button
                icon="pause"
                busy={busy === 'pause'}
                onClick={() => void steer('pause', 'Paused.', () => void steer('resume', 'It goes on.'))}
              >
                Pause
              </Button>
            )}
            {one.status === 'paused' && (
              <Button
                kind="primary"
                icon="play"
                busy={busy === 'resume'}
                onClick={() => void steer('resume', 'It goes on.')}
              >
                Resume
              </Button>
            )}
            {!['booked', 'converted'].includes(one.status) && (
              <Button icon="star" onClick={() => setAsking('outcome')}>
                Record outcome
              </Button>
            )}
            {!over && (
              <Button kind="danger" icon="square" onClick={() => setAsking('stop')}>
                Stop
              </Button>
            )}
          </>
        }
      >
        <p className="row">
          <State kind="enrollment" of={one.status} />
          {one.needs_human && <Badge look={{ word: 'Needs a person', tone: 'bad', icon: 'alert' }} />}
          <span>
            in{' '}
            <Link className="link" to={path(`/sequences/${one.sequence_id}`)}>
              {one.sequence_name}
            </Link>
            , version {one.version}
          </span>
        </p>
      </PageHead>
      <div className="split">
        <div className="stack">
          <Notice tone="info" title={over ? 'How it ended' : 'What happens next'}>
            {over ? (
              <>
                {one.what}{' '}
                {one.ended_at && (
                  <>
                    Ended <When at={one.ended_at} zone={zone} />.
                  </>
                )}
              </>
            ) : one.status === 'active' && one.next_step_at && !one.open_dispatch_id ? (
              <>
                <strong className="strong">{one.step_name ?? `Step ${one.position}`}</strong>{' '}
                <When at={one.next_step_at} zone={zone} due />, at <AtTime at={one.next_step_at} zone={zone} />.
              </>
            ) : (
              one.what
            )}
          </Notice>
          <Log one={one} zone={zone} />
        </div>
        <div className="stack">
          <Card title="Where it stands">
            <div className="stack">
              <div className="stack" data-gap="small">
                <div className="row spread small">
                  <span className="muted">Steps done</span>
                  <span className="num strong">
                    {one.steps_done} of {one.step_count}
                  </span>
                </div>
                <Meter value={one.steps_done} max={Math.max(1, one.step_count)} label="Steps done" />
              </div>
              <dl className="facts">
                <div>
                  <dt>Sent</dt>
                  <dd className="num">{one.sent}</dd>
                </div>
                <div>
                  <dt>Failed</dt>
                  <dd className="num">{one.failed}</dd>
                </div>
                <div>
                  <dt>Started</dt>
                  <dd>
                    <When at={one.started_at} zone={zone} />
                  </dd>
                </div>
                <div>
                  <dt>Entered by</dt>
                  <dd>{words(one.source)}</dd>
                </div>
                <Reached one={one} />
                {one.status_reason && (
                  <div>
                    <dt>Reason</dt>
                    <dd>{words(one.status_reason)}</dd>
                  </div>
                )}
              </dl>
            </div>
          </Card>
          <Messages one={one} />
          <Healings one={one} />
        </div>
      </div>
      {asking === 'stop' && (
        <Dialog
          title={`Stop ${one.sequence_name} for ${name}?`}
          shape="box"
          onClose={() => setAsking(null)}
          foot={
            <>
              <Button onClick={() => setAsking(null)}>Cancel</Button>
              <Button
                kind="danger"
                busy={busy === 'stop'}
                onClick={() => void steer('stop', 'Stopped.').then((done) => done && setAsking(null))}
              >
                Stop it
              </Button>
            </>
          }
        >
          <p>It cannot be resumed. A message that is on its way already may still arrive.</p>
        </Dialog>
      )}
      {asking === 'outcome' && <Outcome one={one} onClose={() => setAsking(null)} onDone={() => void refresh()} />}
    </>
  );
}

function Log({ one, zone }: { one: Enrollment; zone: string | null }) {
  const list = useList<LogEntry>(`/enrollments/${one.id}/log`, { limit: 100 });
  const lines = rows(list.data);
  return (
    <Card title="Why it went this way" note={lines.length > 0 ? count(lines.length, 'decision') : undefined}>
      <Loaded query={list} lines={5}>
        {() =>
          lines.length === 0 ? (
            <Empty icon="enrollments" title="No decision yet">
              Every decision about every step will stand here, with its reason.
            </Empty>
          ) : (
            <ol className="log">
              {lines.map((line, index) => {
                const { word, tone, icon } = look('decision', line.decision);
                // named where it changes
                const step = line.step_id === lines[index - 1]?.step_id ? null : line.step_name;
                return (
                  <li key={line.id}>
                    <span className="log-mark" data-tone={tone} title={word}>
                      <Icon name={icon} size={13} />
                    </span>
                    <div className="log-line">
                      <span>
                        <span className="visually-hidden">{word}. </span>
                        {line.reason}
                      </span>
                      <span className="small faint">
                        <Stamp at={line.at} zone={zone} />
                      </span>
                    </div>
                    {(step ?? line.until) && (
                      <div className="small muted">
                        {step}
                        {step && line.until && ' · '}
                        {line.until && (
                          <>
                            until <AtTime at={line.until} zone={zone} />, <When at={line.until} zone={zone} />
                          </>
                        )}
                      </div>
                    )}
                  </li>
                );
              })}
            </ol>
          )
        }
      </Loaded>
      <MoreButton query={list} />
    </Card>
  );
}

/** What it reached, and what that is worth. */
function Reached({ one }: { one: Enrollment }) {
  const list = useGet<Page<OutcomeRow>>(
    one.booked || one.status === 'booked' || one.status === 'converted' ? `/enrollments/${one.id}/outcomes` : null,
  );
  return (list.data?.items ?? []).map((outcome) => (
    <div key={outcome.id}>
      <dt>{words(outcome.kind)}</dt>
      <dd>
        {outcome.value_micros === null ? '' : `${money(outcome.value_micros, outcome.currency ?? undefined)} `}
        <span className="small muted">
          {plainWords(outcome.source)} <When at={outcome.at} />
        </span>
      </dd>
    </div>
  ));
}

function Messages({ one }: { one: Enrollment }) {
  const { path } = useHere();
  const list = useGet<Page<Dispatch>>('/dispatches', { enrollment_id: one.id, limit: 20 });
  return (
    <Card
      title="Messages"
      flush
      actions={
        <Link className="link small" to={path(`/contacts/${one.contact_id}`)}>
          Timeline
        </Link>
      }
    >
      <Loaded query={list} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="card-body muted">Nothing was sent yet.</div>
          ) : (
            <ul>
              {items.map((dispatch) => (
                <li key={dispatch.id} className="mini-row">
                  <div style={{ minWidth: 0 }}>
                    <span className="row">
                      <Badge look={look('channel', dispatch.channel)} />
                      <State
                        kind={dispatch.delivery_status ? 'delivery' : 'dispatch'}
                        of={dispatch.delivery_status ?? dispatch.state}
                      />
                    </span>
                    {dispatch.subject && <div className="small clip">{dispatch.subject}</div>}
                    {dispatch.channel === 'voice' && dispatch.call_seconds != null && (
                      <div className="small muted num">
                        {callTime(dispatch.call_seconds)}
                        {dispatch.ended_reason && ` · ${plainWords(dispatch.ended_reason.replaceAll('-', ' '))}`}
                      </div>
                    )}
                    {dispatch.allowed_by && dispatch.allowed_by.rules.length > 0 && (
                      <div className="small faint">Why then: {whyThen(dispatch.allowed_by)}</div>
                    )}
                    {(dispatch.failure ?? dispatch.hold_reason) && (
                      <div className="small muted">
                        {words(dispatch.failure ?? dispatch.hold_reason ?? '')}
                        {dispatch.error_code ? ` (${dispatch.error_code})` : ''}
                      </div>
                    )}
                  </div>
                  <span className="small faint num nowrap">
                    {dispatch.segments > 0
                      ? `${count(dispatch.segments, 'segment')} · ${money(dispatch.cost_micros)}`
                      : dispatch.cost_micros > 0 && money(dispatch.cost_micros)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

/** “allowed by US, US-WA at 11:00 in Los Angeles”. */
function whyThen({ rules, clocks }: NonNullable<Dispatch['allowed_by']>) {
  const places = [...new Set(rules.map((rule) => rule.split(' ')[0]))].join(', ');
  const times = Object.entries(clocks).map(
    ([zone, time]) => `${time.slice(11, 16)} in ${(zone.split('/').pop() ?? zone).replaceAll('_', ' ')}`,
  );
  return `allowed by the rules of ${places} at ${times.join(' and ')}`;
}

function Healings({ one }: { one: Enrollment }) {
  const list = useGet<Page<Healing>>(`/enrollments/${one.id}/healing`);
  return (
    <Card title="Healing" flush>
      <Loaded query={list} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="card-body muted">Nothing failed that needed healing.</div>
          ) : (
            <ul>
              {items.map((healing) => (
                <li key={healing.id} className="mini-row" style={{ alignItems: 'flex-start' }}>
                  <div>
                    <div className="strong">{look('healing', healing.action).word}</div>
                    <div className="small muted">
                      {words(healing.failure)}
                      {healing.error_code ? ` (${healing.error_code})` : ''}: {healing.reason}
                    </div>
                  </div>
                  <Badge
                    look={
                      healing.result === 'worked'
                        ? { word: 'Worked', tone: 'good', icon: 'check' }
                        : healing.result === 'failed'
                          ? { word: 'Failed', tone: 'bad', icon: 'cross' }
                          : healing.result === 'pending'
                            ? { word: 'Pending', tone: 'idle', icon: 'clock' }
                            : { word: 'Done', tone: 'idle', icon: 'check' }
                    }
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Outcome({ one, onClose, onDone }: { one: Enrollment; onClose: () => void; onDone: () => void }) {
  const { api } = useHere();
  const [kind, setKind] = useState<'booked' | 'converted'>('booked');
  const [value, setValue] = useState('');
  const sending = useSending();
  return (
    <FormDialog
      title="Record an outcome"
      action="Record"
      shape="box"
      faultsAbove
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create(`/enrollments/${one.id}/outcomes`, {
              kind,
              ...(value ? { value: Number(value), currency: 'USD' } : {}),
            })
            .then(() => {
              onDone();
              onClose();
            }),
        )
      }
    >
      <Field label="What happened">
        {(props) => (
          <select
            {...props}
            className="select"
            value={kind}
            onChange={(event) => setKind(event.target.value as 'booked' | 'converted')}
          >
            <option value="booked">They booked</option>
            <option value="converted">They converted</option>
          </select>
        )}
      </Field>
      <Field label="Worth, in US dollars" hint="Leave it empty if you do not know yet">
        {(props) => (
          <input
            {...props}
            className="input num"
            inputMode="decimal"
            value={value}
            onChange={(event) => setValue(event.target.value.replace(/[^0-9.]/g, ''))}
          />
        )}
      </Field>
      <p className="small muted">An outcome counts once, and ends this enrollment.</p>
    </FormDialog>
  );
}
