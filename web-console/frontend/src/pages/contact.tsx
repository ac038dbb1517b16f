import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import { type Page, Problem } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { Contact, ContactContext, Enrollment, Interaction, Sequence, Suppression } from '../api/types';
import { dayName, zoneCity } from '../format/time';
import { callTime, count, look, number, personName, phoneWords, plainWords, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Avatar,
  Badge,
  Button,
  Card,
  ChannelBadge,
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
import { AtTime, When } from '../ui/time';
import { Tags } from './contacts';

export function ContactPage() {
  const { id } = useParams();
  const { path } = useHere();
  const contact = useGet<Contact>(`/contacts/${id}`);
  const name = personName(contact.data, contact.data?.phone ?? contact.data?.email ?? 'Contact');
  useTitle(contact.data ? name : null);
  const merged =
    contact.error instanceof Problem && contact.error.code === 'contact_merged'
      ? (contact.error.extra.contact_id as string)
      : null;
  if (merged) {
    return <Navigate to={path(`/contacts/${merged}`)} replace />;
  }
  if (contact.error && !contact.data) {
    return (
      <>
        <PageHead title="Contact" back={{ to: path('/contacts'), word: 'Contacts' }} />
        <ErrorNotice error={contact.error} retry={() => void contact.refetch()} />
      </>
    );
  }
  return (
    <Loaded query={contact} lines={10}>
      {(person) => <Person person={person} name={name} />}
    </Loaded>
  );
}

function zoneOf(person: Contact): string | null {
  return person.time_zone ?? person.phone_time_zones?.[0] ?? null;
}

function Person({ person, name }: { person: Contact; name: string }) {
  const { path } = useHere();
  const [enrolling, setEnrolling] = useState(false);
  const [merging, setMerging] = useState(false);
  const zone = zoneOf(person);
  return (
    <>
      <PageHead
        back={{ to: path('/contacts'), word: 'Contacts' }}
        title={
          <span className="person">
            <Avatar name={name} size="large" />
            <span>
              {name}
              <span className="small muted" style={{ display: 'block', fontWeight: 400, letterSpacing: 0 }}>
                {[person.company, zone ? zoneCity(zone) : null, person.state].filter(Boolean).join(' · ') ||
                  'No company known'}
              </span>
            </span>
          </span>
        }
        actions={
          <>
            <Button icon="people" onClick={() => setMerging(true)}>
              Merge
            </Button>
            <Button kind="primary" icon="plus" onClick={() => setEnrolling(true)}>
              Enroll
            </Button>
          </>
        }
      />
      <div className="split">
        <Timeline person={person} zone={zone} />
        <div className="stack">
          <NextUp person={person} zone={zone} />
          <Reach person={person} />
          <Known person={person} />
        </div>
      </div>
      {enrolling && <EnrollDialog person={person} name={name} onClose={() => setEnrolling(false)} />}
      {merging && <MergeDialog person={person} name={name} onClose={() => setMerging(false)} />}
    </>
  );
}

function Timeline({ person, zone }: { person: Contact; zone: string | null }) {
  const { path } = useHere();
  const list = useList<Interaction>(`/contacts/${person.id}/timeline`, { limit: 50 });
  // newest below, as in any conversation
  const items = rows(list.data).toReversed();
  const days = new Map<string, Interaction[]>();
  for (const item of items) {
    const day = dayName(Date.parse(item.occurred_at));
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return (
    <Card title="Timeline" flush>
      <MoreButton query={list} />
      <Loaded query={list} lines={6}>
        {() =>
          items.length === 0 ? (
            <Empty icon="message" title="Nothing was said yet">
              Everything you and {personName(person, 'this person')} say to each other, on any channel, will stand here.
            </Empty>
          ) : (
            <div className="card-body">
              {[...days.entries()].map(([day, said]) => (
                <div key={day}>
                  <h3 className="day">{day}</h3>
                  <div className="thread">
                    {said.map((item) => (
                      <article
                        key={item.id}
                        className="message"
                        data-direction={item.direction}
                        data-channel={item.channel}
                      >
                        <Said item={item} />
                        <div className="message-foot">
                          <ChannelBadge channel={item.channel} />
                          <span className="visually-hidden">
                            {item.direction === 'outbound' ? 'sent by us' : 'written by them'}
                          </span>
                          {item.kind === 'opt_out_confirmation' && (
                            <Badge look={{ word: 'Opt-out confirmation', tone: 'idle', icon: 'ban' }} />
                          )}
                          {item.outcome && item.direction === 'outbound' && (
                            <Badge look={look('delivery', item.outcome)} />
                          )}
                          {item.clicked_at ? (
                            <Badge look={look('delivery', 'clicked')} />
                          ) : (
                            item.opened_at && <Badge look={look('delivery', 'opened')} />
                          )}
                          {item.failure && <span>{words(item.failure)}</span>}
                          <AtTime at={item.occurred_at} zone={zone} />
                          {item.enrollment_id && item.direction === 'outbound' && (
                            <Link className="link" to={path(`/enrollments/${item.enrollment_id}`)}>
                              Why?
                            </Link>
                          )}
                        </div>
                      </article>
                    ))}
                  </div>
                </div>
              ))}
            </div>
          )
        }
      </Loaded>
    </Card>
  );
}

/** The words of a message; of a mail with its subject, of a call with how it went. */
function Said({ item }: { item: Interaction }) {
  if (item.channel === 'email') {
    return (
      <div className="bubble">
        {item.subject && (
          <div className="strong" style={{ marginBottom: 'var(--s1)' }}>
            {item.subject}
          </div>
        )}
        {item.body}
      </div>
    );
  }
  if (item.channel !== 'voice') {
    return <div className="bubble">{item.body}</div>;
  }
  return (
    <div className="bubble">
      <div className="row small">
        <Icon name="phone" size={14} />
        <span>{item.direction === 'outbound' ? 'We called' : 'They called'}</span>
        {item.call_seconds != null && <span className="num">{callTime(item.call_seconds)}</span>}
        {item.ended_reason && <span>{plainWords(item.ended_reason.replaceAll('-', ' '))}</span>}
        {item.recording_url && /^https?:/.test(item.recording_url) && (
          <a className="link" href={item.recording_url} target="_blank" rel="noreferrer">
            Recording
          </a>
        )}
      </div>
      {item.turns && item.turns.length > 0 ? (
        <details>
          <summary>{count(item.turns.length, 'turn')}</summary>
          {item.turns.map((turn, n) => (
            <p key={n}>
              <span className="strong">{turn.role === 'user' ? 'They' : 'We'}:</span> {turn.text}
            </p>
          ))}
        </details>
      ) : (
        item.body && <div>{item.body}</div>
      )}
    </div>
  );
}

function NextUp({ person, zone }: { person: Contact; zone: string | null }) {
  const { path } = useHere();
  const list = useList<Enrollment>('/enrollments', { contact_id: person.id, limit: 20 });
  const all = rows(list.data);
  return (
    <Card title="What happens next" flush>
      <Loaded query={list} lines={2}>
        {() =>
          all.length === 0 ? (
            <div className="card-body muted">Nothing is planned: they are in no sequence.</div>
          ) : (
            <ul>
              {all.map((one) => (
                <li key={one.id} className="mini-row" style={{ alignItems: 'flex-start' }}>
                  <div style={{ minWidth: 0 }}>
                    <Link className="strong" to={path(`/enrollments/${one.id}`)}>
                      {one.sequence_name}
                    </Link>
                    <div className="small muted">
                      {one.status === 'active' && one.next_step_at && !one.open_dispatch_id ? (
                        <>
                          {one.step_name ?? `Step ${one.position}`} <When at={one.next_step_at} zone={zone} due />
                        </>
                      ) : (
                        one.what
                      )}
                    </div>
                  </div>
                  <State kind="enrollment" of={one.status} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Reach({ person }: { person: Contact }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [asking, setAsking] = useState(false);
  const identity = person.phone ?? person.email;
  const suppressions = useGet<Page<Suppression>>(identity ? '/suppressions' : null, {
    identity,
    in_force: true,
  });
  const inForce = (suppressions.data?.items ?? []).filter((one) => !one.lifted_at);
  const sms = inForce.find((one) => one.channel === 'sms');
  const refresh = () => queries.invalidateQueries({ queryKey: [client.id, '/suppressions'] });
  return (
    <Card title="Reachability">
      <div className="stack">
        {sms && (
          <Notice
            tone="warn"
            title={sms.reason === 'manual' ? 'SMS are stopped by hand' : 'They said stop'}
            actions={
              sms.reason === 'manual' && (
                <Button
                  size="small"
                  busy={busy === 'lift'}
                  onClick={() =>
                    void run('lift', () => api.remove(`/suppressions/${sms.id}`), 'SMS may be sent again.').then(refresh)
                  }
                >
                  Allow again
                </Button>
              )
            }
          >
            Since <When at={sms.created_at} real />. {sms.detail ?? 'Nothing is sent to this number.'}
          </Notice>
        )}
        <dl className="facts">
          <div>
            <dt>Phone</dt>
            <dd className="num">
              {person.phone ? phoneWords(person.phone) : <span className="faint">none</span>}{' '}
              {person.phone && (
                <span className="small muted">
                  {person.phone_type === 'unknown' ? '' : person.phone_type}
                  {person.phone_valid ? '' : ' · not valid'}
                </span>
              )}
            </dd>
          </div>
          <div>
            <dt>E-mail</dt>
            <dd className="clip">{person.email ?? <span className="faint">none</span>}</dd>
          </div>
          {(['sms', 'email', 'voice'] as const).map((channel) => {
            const consent = person.consent?.[channel];
            return (
              <div key={channel}>
                <dt>Consent {look('channel', channel).word}</dt>
                <dd>
                  {consent ? (
                    <>
                      {consent.granted ? 'given' : 'withdrawn'}
                      <span className="small muted">
                        {' '}
                        {consent.source ? `by ${words(consent.source).toLowerCase()}` : ''}{' '}
                        {consent.at && <When at={consent.at} />}
                      </span>
                    </>
                  ) : (
                    <span className="faint">not known</span>
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
        {person.phone && !sms && (
          <div>
            <Button size="small" icon="ban" onClick={() => setAsking(true)}>
              Stop SMS
            </Button>
          </div>
        )}
      </div>
      {asking && (
        <Dialog
          title="Stop SMS to this number?"
          shape="box"
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button
                kind="danger"
                busy={busy === 'stop'}
                onClick={() =>
                  void run(
                    'stop',
                    () =>
                      api.create('/suppressions', {
                        channel: 'sms',
                        contact_id: person.id,
                        reason: 'manual',
                        detail: 'Stopped in the console.',
                      }),
                    'No SMS will be sent to this number.',
                  ).then((done) => {
                    setAsking(!done);
                    return refresh();
                  })
                }
              >
                Stop SMS
              </Button>
            </>
          }
        >
          <p>
            Every sequence stops writing to <span className="num">{phoneWords(person.phone)}</span>, whoever shares it. You can allow
            it again later; an opt-out of their own you cannot.
          </p>
        </Dialog>
      )}
    </Card>
  );
}

function Known({ person }: { person: Contact }) {
  const context = useGet<ContactContext>(`/contacts/${person.id}/context`);
  const custom = Object.entries(person.custom_fields ?? {});
  return (
    <Card title="What we know">
      <div className="stack">
        <div className="stack" data-gap="small">
          <div className="row spread small">
            <span className="muted">Engagement</span>
            <span className="num strong">
              {person.engagement_score} <span className="faint">· {person.sentiment_trend}</span>
            </span>
          </div>
          <Meter value={person.engagement_score} label="Engagement, 0 to 100" />
        </div>
        <dl className="facts">
          {context.data && (
            <>
              <div>
                <dt>SMS</dt>
                <dd className="num">
                  {number(context.data.outbound_sms ?? 0)} sent · {number(context.data.inbound_sms ?? 0)} received
                </dd>
              </div>
              <div>
                <dt>Last wrote</dt>
                <dd>
                  <When at={context.data.last_inbound_at} otherwise="never" />
                </dd>
              </div>
            </>
          )}
          <div>
            <dt>Status</dt>
            <dd>{words(person.status)}</dd>
          </div>
          <div>
            <dt>Source</dt>
            <dd>{words(person.source)}</dd>
          </div>
          {person.tags.length > 0 && (
            <div>
              <dt>Tags</dt>
              <dd>
                <Tags tags={person.tags} />
              </dd>
            </div>
          )}
          {custom.map(([key, value]) => (
            <div key={key}>
              <dt>{words(key)}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
          <div>
            <dt>Added</dt>
            <dd>
              <When at={person.created_at} real />
            </dd>
          </div>
        </dl>
      </div>
    </Card>
  );
}

/** The other contact becomes part of this one. */
function MergeDialog({ person, name, onClose }: { person: Contact; name: string; onClose: () => void }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const [q, setQ] = useState('');
  const [other, setOther] = useState<Contact | null>(null);
  const sending = useSending();
  const found = useGet<Page<Contact>>(q ? '/contacts' : null, { q, limit: 6 });
  const others = (found.data?.items ?? []).filter((one) => one.id !== person.id);
  return (
    <FormDialog
      title={`Merge into ${name}`}
      action="Merge"
      shape="box"
      kind="danger"
      disabled={!other}
      faultsAbove
      sending={sending}
      onClose={onClose}
      onSubmit={() => {
        if (other) {
          sending.send(() =>
            api
              .create(`/contacts/${person.id}/merge`, { other: other.id })
              .then(async () => {
                await queries.invalidateQueries({ queryKey: [client.id] });
                onClose();
              }),
          );
        }
      }}
    >
      <Field label="Who is the same person" hint="Name, company, phone or e-mail">
        {(props) => (
          <input
            {...props}
            className="input"
            type="search"
            value={q}
            onChange={(event) => {
              setQ(event.target.value.trim());
              setOther(null);
            }}
          />
        )}
      </Field>
      <div className="stack" data-gap="small" role="radiogroup" aria-label="Contacts found">
        {others.map((one) => (
          <label key={one.id} className="check">
            <input type="radio" name="other" checked={other?.id === one.id} onChange={() => setOther(one)} />
            <span>
              {personName(one, one.phone ?? one.email ?? 'Contact')}
              <span className="field-hint" style={{ display: 'block' }}>
                {[phoneWords(one.phone), one.email, one.company].filter(Boolean).join(' · ')}
              </span>
            </span>
          </label>
        ))}
      </div>
      {other && (
        <Notice tone="warn">
          What is known of {name} stays. The other’s conversations and sequences become theirs, and a second phone or
          e-mail is kept. This cannot be undone.
        </Notice>
      )}
    </FormDialog>
  );
}

function EnrollDialog({ person, name, onClose }: { person: Contact; name: string; onClose: () => void }) {
  const { api, client, path } = useHere();
  const queries = useQueryClient();
  const sequences = useList<Sequence>('/sequences', { active: true, limit: 100 });
  const active = rows(sequences.data);
  const [chosen, setChosen] = useState('');
  const sending = useSending();
  const sequence = chosen || active[0]?.id || '';
  return (
    <FormDialog
      title={`Enroll ${name}`}
      action="Enroll"
      shape="box"
      disabled={!sequence}
      faultsAbove
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create('/enrollments', { contact_id: person.id, sequence_id: sequence })
            .then(async () => {
              await queries.invalidateQueries({ queryKey: [client.id, '/enrollments'] });
              onClose();
            }),
        )
      }
    >
      <Loaded query={sequences} lines={2}>
        {() =>
          active.length === 0 ? (
            <Empty icon="sequence" title="No sequence is active">
              Publish one and switch it on under <Link className="link" to={path('/sequences')}>Sequences</Link>.
            </Empty>
          ) : (
            <Field label="Sequence">
              {(props) => (
                <select
                  {...props}
                  className="select"
                  value={sequence}
                  onChange={(event) => setChosen(event.target.value)}
                >
                  {active.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )
        }
      </Loaded>
      <p className="small muted row">
        <Icon name="info" />
        The first step goes out when its delay and their quiet hours allow.
      </p>
    </FormDialog>
  );
}
