import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { type Page, Problem } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { Analytics, Contact, Preview, Sequence, SequenceVersion, Step, StepList, Week } from '../api/types';
import {
  count,
  delayWords,
  durationWords,
  faultWords,
  look,
  money,
  number,
  percent,
  personName,
  phoneWords,
  words,
} from '../format/words';
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
  Figure,
  Loaded,
  Notice,
  PageHead,
  useAction,
  useTitle,
  useToast,
} from '../ui/parts';
import { When } from '../ui/time';
import { EnrollmentTable } from './enrollments';
import { sequenceLook } from './sequences';
import { type Content, ContentForm, ContentSummary, KINDS, tidy, withDefaults } from './step-content';

export function SequencePage() {
  const { id } = useParams();
  const { path } = useHere();
  const sequence = useGet<Sequence>(`/sequences/${id}`);
  useTitle(sequence.data?.name);
  if (sequence.error && !sequence.data) {
    return (
      <>
        <PageHead title="Sequence" back={{ to: path('/sequences'), word: 'Sequences' }} />
        <ErrorNotice error={sequence.error} retry={() => void sequence.refetch()} />
      </>
    );
  }
  return (
    <Loaded query={sequence} lines={10}>
      {(one) => <One sequence={one} />}
    </Loaded>
  );
}

function One({ sequence }: { sequence: Sequence }) {
  const { api, client, path, session } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [params, setParams] = useSearchParams();
  const tab = params.get('tab') ?? 'steps';
  const [dialog, setDialog] = useState<'publish' | 'enroll' | null>(null);
  const refresh = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [at, where] }) =>
        at === client.id && typeof where === 'string' && /^\/(sequences|enrollments)/.test(where),
    });
  const may = session.user.platform_admin || client.role !== 'member';
  const draft = sequence.draft_version !== null;
  const switchTo = (active: boolean) =>
    run(
      'switch',
      () => api.patch(`/sequences/${sequence.id}`, { active }),
      active ? `${sequence.name} is on.` : `${sequence.name} is off: nobody enters, and people on their way wait.`,
      () => void switchTo(!active),
    ).then(refresh);
  const by = sequence.counters;
  const total = Object.values(by).reduce((sum, n) => sum + n, 0);
  const rowsOf = (status: string) => path(`/sequences/${sequence.id}?tab=people&status=${status}`);
  return (
    <>
      <PageHead
        back={{ to: path('/sequences'), word: 'Sequences' }}
        title={sequence.name}
        actions={
          may && (
            <>
              {sequence.published_version !== null && (
                <Button
                  icon={sequence.active ? 'pause' : 'play'}
                  busy={busy === 'switch'}
                  onClick={() => void switchTo(!sequence.active)}
                >
                  {sequence.active ? 'Switch off' : 'Switch on'}
                </Button>
              )}
              {sequence.active && (
                <Button icon="people" onClick={() => setDialog('enroll')}>
                  Enroll contacts
                </Button>
              )}
              {draft && (
                <Button kind="primary" icon="branch" onClick={() => setDialog('publish')}>
                  Publish
                </Button>
              )}
            </>
          )
        }
      >
        <p className="row">
          <Badge look={sequenceLook(sequence)} />
          {draft && sequence.published_version !== null && (
            <Badge look={{ word: 'Unpublished changes', tone: 'warn', icon: 'edit' }} />
          )}
          <span>{sequence.description}</span>
        </p>
      </PageHead>
      <div className="stack" data-gap="large">
        <div className="figures">
          <Figure label="Enrolled" icon="people" value={number(total)} to={path(`/sequences/${sequence.id}?tab=people`)} />
          <Figure label="Active" icon="play" value={number(by.active ?? 0)} to={rowsOf('active')} />
          <Figure
            label="Replied"
            icon="reply"
            value={number(by.replied ?? 0)}
            note={percent(by.replied ?? 0, total)}
            to={rowsOf('replied')}
          />
          <Figure
            label="Booked"
            icon="calendar"
            value={number((by.booked ?? 0) + (by.converted ?? 0))}
            note={percent((by.booked ?? 0) + (by.converted ?? 0), total)}
            to={rowsOf('booked')}
          />
          <Figure label="Opted out" icon="ban" value={number(by.opted_out ?? 0)} note={percent(by.opted_out ?? 0, total)} to={rowsOf('opted_out')} />
          <Figure label="Failed" icon="cross" tone={by.failed ? 'bad' : undefined} value={number(by.failed ?? 0)} to={rowsOf('failed')} />
        </div>
        <div className="chips" role="group" aria-label="View">
          {[
            ['steps', 'Steps'],
            ['people', 'People'],
            ['versions', 'Versions'],
          ].map(([key, word]) => (
            <button
              key={key}
              type="button"
              className="chip"
              aria-pressed={tab === key}
              onClick={() => setParams(key === 'steps' ? {} : { tab: key ?? '' })}
            >
              {word}
            </button>
          ))}
        </div>
        {tab === 'people' ? (
          <div>
            <EnrollmentTable sequenceId={sequence.id} />
          </div>
        ) : tab === 'versions' ? (
          <Versions sequence={sequence} />
        ) : (
          <div className="split">
            <Steps sequence={sequence} mayEdit={may} onChanged={() => void refresh()} />
            <Rules sequence={sequence} />
          </div>
        )}
      </div>
      {dialog === 'publish' && (
        <Publish sequence={sequence} onClose={() => setDialog(null)} onDone={() => void refresh()} />
      )}
      {dialog === 'enroll' && (
        <EnrollMany sequence={sequence} onClose={() => setDialog(null)} onDone={() => void refresh()} />
      )}
    </>
  );
}

// ---------------------------------------------------------------- steps

function Steps({
  sequence,
  mayEdit,
  onChanged,
}: {
  sequence: Sequence;
  mayEdit: boolean;
  onChanged: () => void;
}) {
  const { api, path } = useHere();
  const list = useGet<StepList>(`/sequences/${sequence.id}/steps`);
  const versions = useGet<Page<SequenceVersion>>(`/sequences/${sequence.id}/versions`);
  const analytics = useGet<Analytics>(sequence.published_version ? `/sequences/${sequence.id}/analytics` : null);
  const [editing, setEditing] = useState<{ index: number; step: Step } | null>(null);
  const { busy, run } = useAction();
  const steps = list.data?.items ?? [];

  const people = (step: Step) => {
    let active = 0;
    for (const version of versions.data?.items ?? []) {
      active += version.steps.find((at) => at.step_id === step.id)?.people ?? 0;
    }
    return active;
  };
  const figures = (step: Step) => analytics.data?.steps.find((one) => one.step_id === step.id);
  const put = (next: Step[]) => api.put<StepList>(`/sequences/${sequence.id}/steps`, { steps: next });
  const rewrite = (name: string, next: Step[], said: string, before: Step[]) =>
    run(
      name,
      () => put(next),
      said,
      () => void run('undo', () => put(before)).then(onChanged),
    ).then(onChanged);
  const fresh: Step = {
    kind: 'sms',
    delay: steps.length === 0 ? { type: 'immediate' } : { type: 'fixed', duration: 'P2D' },
    content: { body: '' },
  };
  return (
    <div>
      <Loaded query={list} lines={8}>
        {() =>
          steps.length === 0 ? (
            <Card>
              <Empty
                icon="message"
                title="No steps yet"
                actions={
                  mayEdit && (
                    <Button kind="primary" icon="plus" onClick={() => setEditing({ index: 0, step: fresh })}>
                      Write the first message
                    </Button>
                  )
                }
              >
                A step is a message, a call, a wait, a condition, or a word to somebody else.
              </Empty>
            </Card>
          ) : (
            <ol className="steps">
              {steps.map((step, index) => {
                const { word, tone, icon } = look('channel', step.kind);
                const at = people(step);
                const figure = figures(step);
                return (
                  <li key={step.id ?? index}>
                    <div className="step-wait">
                      <Icon name="clock" size={14} />
                      {delayWords(step.delay, index === 0)}
                    </div>
                    <div className="step">
                      <span className="feed-mark" data-tone={tone}>
                        <Icon name={icon} />
                      </span>
                      <div style={{ minWidth: 0 }}>
                        <div className="row">
                          <span className="strong">{step.name ?? `${word} ${index + 1}`}</span>
                          {step.urgent && <Badge look={{ word: 'Urgent', tone: 'accent', icon: 'bolt' }} />}
                        </div>
                        <ContentSummary step={step} steps={steps} />
                        <div className="step-figures num">
                          {at > 0 && (
                            <Link className="link" to={path(`/enrollments?sequence_id=${sequence.id}&status=active`)}>
                              {count(at, 'person', 'people')} here now
                            </Link>
                          )}
                          {figure && figure.accepted > 0 && (
                            <>
                              <span>{number(figure.accepted)} sent</span>
                              <span>{percent(figure.delivered, figure.accepted)} delivered</span>
                              <span className={figure.accepted < 30 ? 'faint' : undefined}>
                                {percent(figure.replies, figure.accepted)} replied
                                {figure.accepted < 30 ? ' (too few to judge)' : ''}
                              </span>
                            </>
                          )}
                        </div>
                      </div>
                      {mayEdit && (
                        <div className="row" style={{ flexWrap: 'nowrap' }}>
                          <Button
                            kind="quiet"
                            size="small"
                            icon="up"
                            aria-label={`Move step ${index + 1} up`}
                            disabled={index === 0 || busy !== null}
                            onClick={() => void rewrite('move', moved(steps, index, -1), 'Moved up.', steps)}
                          />
                          <Button
                            kind="quiet"
                            size="small"
                            icon="edit"
                            aria-label={`Edit step ${index + 1}`}
                            onClick={() => setEditing({ index, step })}
                          />
                          <Button
                            kind="quiet"
                            size="small"
                            icon="trash"
                            aria-label={`Remove step ${index + 1}`}
                            disabled={busy !== null}
                            onClick={() =>
                              void rewrite('remove', steps.filter((_, n) => n !== index), 'Step removed.', steps)
                            }
                          />
                        </div>
                      )}
                    </div>
                  </li>
                );
              })}
              {mayEdit && (
                <li>
                  <div className="step-wait" />
                  <Button icon="plus" onClick={() => setEditing({ index: steps.length, step: fresh })}>
                    Add a step
                  </Button>
                </li>
              )}
            </ol>
          )
        }
      </Loaded>
      {editing && (
        <StepEditor
          first={editing.index === 0}
          index={editing.index}
          step={editing.step}
          later={steps
            .map((one, n) => ({ id: one.id ?? '', name: one.name ?? `step ${n + 1}`, n }))
            .filter((one) => one.n > editing.index && one.id)}
          onClose={() => setEditing(null)}
          onSave={async (step) => {
            const next = [...steps];
            next[editing.index] = step;
            await put(next);
            setEditing(null);
            onChanged();
          }}
        />
      )}
    </div>
  );
}

function moved(steps: Step[], index: number, by: number): Step[] {
  const next = [...steps];
  const [step] = next.splice(index, 1);
  if (step) {
    next.splice(index + by, 0, step);
  }
  return next.map(({ position: _, ...rest }) => rest);
}

const UNITS: [string, string][] = [
  ['M', 'minutes'],
  ['H', 'hours'],
  ['D', 'days'],
];

/** Taken apart for two controls: a number and its unit. */
function parts(duration: string | null | undefined): { amount: string; unit: string } {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?.*)?$/.exec(duration ?? '');
  const minutes = match ? Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0) : 0;
  if (minutes === 0) {
    return { amount: '0', unit: 'D' };
  }
  if (minutes % 1440 === 0) {
    return { amount: String(minutes / 1440), unit: 'D' };
  }
  return minutes % 60 === 0 ? { amount: String(minutes / 60), unit: 'H' } : { amount: String(minutes), unit: 'M' };
}

function iso(amount: string, unit: string): string {
  const n = Number.parseInt(amount, 10) || 0;
  return unit === 'D' ? `P${n}D` : `PT${n}${unit}`;
}

function StepEditor({
  step,
  index,
  first,
  later,
  onClose,
  onSave,
}: {
  step: Step;
  index: number;
  first: boolean;
  later: { id: string; name: string }[];
  onClose: () => void;
  onSave: (step: Step) => Promise<void>;
}) {
  const [name, setName] = useState(step.name ?? '');
  const [kind, setKind] = useState(step.kind);
  const [type, setType] = useState(step.delay.type);
  const [amount, setAmount] = useState(parts(step.delay.duration).amount);
  const [unit, setUnit] = useState(parts(step.delay.duration).unit);
  const [time, setTime] = useState(step.delay.time ?? '10:00');
  // what was written for one kind is there again when its author comes back to it
  const [contents, setContents] = useState<Record<string, Content>>({ [step.kind]: step.content });
  const content = contents[kind] ?? {};
  const [unlessReplied, setUnlessReplied] = useState(step.skip_if?.some((skip) => skip.type === 'replied') ?? false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  const fault = (field: string) => known?.of(field);
  const elsewhere = known ? known.faults.filter((one) => !/duration|time|delay|name$|content/.test(one.field)) : [];
  // of the content's own fields: the whole path, as subject and body are words that many steps use
  const contentFault = (field: string) =>
    known?.faults.find((one) => one.field.endsWith(`content.${field}`)) ??
    known?.faults.find((one) => one.field.includes(`content.${field}.`) || one.field.includes(`content.${field}[`));

  const save = async () => {
    setBusy(true);
    setError(null);
    const { position: _, ...rest } = step;
    const others = (step.skip_if ?? []).filter((skip) => skip.type !== 'replied');
    try {
      await onSave({
        ...rest,
        name: name.trim() || null,
        kind,
        delay: {
          type,
          ...(type === 'immediate' ? {} : { duration: iso(amount, unit) }),
          ...(type === 'local_time' ? { time } : {}),
        },
        content: tidy(kind, withDefaults(kind, content)),
        skip_if: unlessReplied ? [...others, { type: 'replied' }] : others,
      });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={step.id ? `Step ${index + 1}` : 'New step'}
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Save to draft
          </Button>
        </>
      }
    >
      {error !== null && (known === null || known.faults.length === 0 || elsewhere.length > 0) && (
        <ErrorNotice error={error} />
      )}
      <div className="form-grid">
        <Field label="Name" error={fault('name')}>
          {(props) => (
            <input
              {...props}
              className="input"
              placeholder={`Step ${index + 1}`}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Kind" error={fault('kind')}>
          {(props) => (
            <select {...props} className="select" value={kind} onChange={(event) => setKind(event.target.value)}>
              {KINDS.map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label="When" error={fault('delay') ?? fault('type')}>
        {(props) => (
          <select
            {...props}
            className="select"
            value={type}
            onChange={(event) => setType(event.target.value as Step['delay']['type'])}
          >
            <option value="immediate">{first ? 'At once' : 'Right after the step before'}</option>
            <option value="fixed">After a while</option>
            <option value="business_hours">After a while of business hours</option>
            <option value="local_time">At a time of day, where they are</option>
          </select>
        )}
      </Field>
      {type !== 'immediate' && (
        <div className="form-grid">
          <Field label="How long" error={fault('duration')}>
            {(props) => (
              <div className="row" style={{ flexWrap: 'nowrap' }}>
                <input
                  {...props}
                  className="input num"
                  type="number"
                  min={0}
                  max={365}
                  value={amount}
                  onChange={(event) => setAmount(event.target.value)}
                />
                <select
                  className="select"
                  aria-label="Unit"
                  value={unit}
                  onChange={(event) => setUnit(event.target.value)}
                >
                  {UNITS.map(([key, word]) => (
                    <option key={key} value={key}>
                      {word}
                    </option>
                  ))}
                </select>
              </div>
            )}
          </Field>
          {type === 'local_time' && (
            <Field label="At" error={fault('time')}>
              {(props) => (
                <input
                  {...props}
                  className="input num"
                  type="time"
                  value={time}
                  onChange={(event) => setTime(event.target.value)}
                />
              )}
            </Field>
          )}
        </div>
      )}
      <ContentForm
        key={kind}
        kind={kind}
        content={content}
        onChange={(next) => setContents({ ...contents, [kind]: next })}
        fault={contentFault}
        later={later}
      />
      <PreviewBox kind={kind} content={content} />
      <label className="check">
        <input
          type="checkbox"
          checked={unlessReplied}
          onChange={(event) => setUnlessReplied(event.target.checked)}
        />
        <span>Skip it for people who have replied</span>
      </label>
    </Dialog>
  );
}

const PREVIEWED: Record<string, string[]> = {
  sms: ['body'],
  email: ['subject', 'text', 'html'],
  voice: ['first_message', 'system_prompt', 'voicemail_message'],
};

const SAID: Record<string, string> = {
  system_prompt: 'What the agent is told',
  voicemail_message: 'On a voicemail',
};

/** As the recipient sees it, by the engine that sends. */
function PreviewBox({ kind, content }: { kind: string; content: Content }) {
  const { api, client } = useHere();
  const contacts = useList<Contact>('/contacts', { limit: 20 });
  const people = rows(contacts.data);
  const [contactId, setContactId] = useState('');
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const chosen = contactId || people[0]?.id || null;
  const asked = JSON.stringify(
    Object.fromEntries(
      (PREVIEWED[kind] ?? [])
        .map((field) => [field, content[field]] as const)
        .filter(([, value]) => typeof value === 'string' && value.trim() !== ''),
    ),
  );
  const nothing = asked === '{}';
  useEffect(() => {
    if (nothing) {
      setPreview(null);
      setError(null);
      return;
    }
    let current = true;
    const timer = window.setTimeout(() => {
      api
        .post<Preview>('/previews', {
          channel: kind,
          content: JSON.parse(asked) as Content,
          ...(chosen ? { contact_id: chosen } : {}),
        })
        .then((answer) => {
          if (current) {
            setPreview(answer);
            setError(null);
          }
        })
        .catch((cause: unknown) => current && setError(cause));
    }, 350);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [api, kind, asked, nothing, chosen]);
  if (nothing) {
    return null;
  }
  return (
    <div className="stack" data-gap="small">
      <div className="row spread">
        <span className="label">Preview</span>
        {people.length > 0 && (
          <select
            className="select"
            style={{ width: 'auto', maxWidth: '14rem' }}
            aria-label="Preview as"
            value={chosen ?? ''}
            onChange={(event) => setContactId(event.target.value)}
          >
            {people.map((one) => (
              <option key={one.id} value={one.id}>
                as {personName(one, one.phone ?? undefined)}
              </option>
            ))}
          </select>
        )}
      </div>
      {error !== null ? (
        <Notice tone="warn" title="It would not be sent like this">
          {error instanceof Problem && error.faults.length > 0
            ? error.faults.map((fault) => (
                <p key={fault.message}>
                  {faultWords(fault)}
                </p>
              ))
            : error instanceof Error && error.message}
        </Notice>
      ) : (
        preview && (
          <>
            <div className="phone-preview">
              <div className="small faint" style={{ marginBottom: 'var(--s2)' }}>
                {client.name}
              </div>
              {preview.content.subject && (
                <div className="strong" style={{ marginBottom: 'var(--s2)' }}>
                  {preview.content.subject}
                </div>
              )}
              <div className="bubble">
                {preview.content.body ?? preview.content.text ?? preview.content.first_message}
              </div>
              {preview.content.html && (
                // no scripts, no requests but those for pictures: what is written here is shown, not run
                <iframe className="mail-preview" title="The HTML part" sandbox="" srcDoc={preview.content.html} />
              )}
              {['system_prompt', 'voicemail_message'].map(
                (field) =>
                  preview.content[field] && (
                    <div key={field} className="small muted" style={{ marginTop: 'var(--s2)' }}>
                      <span className="strong">{SAID[field]}:</span> {preview.content[field]}
                    </div>
                  ),
              )}
            </div>
            <p className="small muted row">
              <ChannelBadge channel={kind} />
              {kind === 'sms' && (
                <span className="num">
                  {count(preview.segments, 'segment')} · {preview.units} {preview.encoding} units
                  {preview.cost_micros > 0 && ` · ${money(preview.cost_micros)}`}
                </span>
              )}
            </p>
            {preview.warnings.map((warning) => (
              <p key={warning} className="small row" style={{ color: 'var(--warn)' }}>
                <Icon name="alert" size={14} />
                {warning}
              </p>
            ))}
          </>
        )
      )}
    </div>
  );
}

// ---------------------------------------------------------------- rules

const DAYS: [keyof Week, string][] = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
];

const REPLY: Record<string, string> = {
  stop: 'It stops; a person goes on',
  pause: 'It pauses until someone resumes it',
  continue: 'It goes on as planned',
  adaptive: 'It follows the analysis of the reply',
};

const ENTRY: Record<string, string> = {
  once: 'Once only',
  when_not_active: 'Again when not on their way',
  always: 'Always',
};

function Rules({ sequence }: { sequence: Sequence }) {
  return (
    <Card title="Rules">
      <dl className="facts">
        <div>
          <dt>Begins</dt>
          <dd>{sequence.trigger.type === 'manual' ? 'When someone enrolls them' : words(sequence.trigger.type)}</dd>
        </div>
        <div>
          <dt>Enters</dt>
          <dd>
            {ENTRY[sequence.entry_rule] ?? words(sequence.entry_rule)}
            {sequence.recontact_gap && !/^PT0S$/.test(sequence.recontact_gap) && (
              <span className="muted">, after {durationWords(sequence.recontact_gap)}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>On a reply</dt>
          <dd>{REPLY[sequence.reply_policy] ?? words(sequence.reply_policy)}</dd>
        </div>
        <div>
          <dt>Priority</dt>
          <dd className="num">{sequence.priority} of 9</dd>
        </div>
        <div>
          <dt>Send window</dt>
          <dd>
            <table className="hours num">
              <tbody>
                {DAYS.map(([key, word]) => {
                  const windows = sequence.send_window[key] ?? [];
                  return (
                    <tr key={key}>
                      <th scope="row">{word}</th>
                      <td>
                        {windows.length ? (
                          windows.map((window) => `${window.from}–${window.to}`).join(', ')
                        ) : (
                          <span className="faint">closed</span>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
            <span className="small faint">in the contact’s own time zone</span>
          </dd>
        </div>
      </dl>
    </Card>
  );
}

// ---------------------------------------------------------------- versions

function Versions({ sequence }: { sequence: Sequence }) {
  const versions = useGet<Page<SequenceVersion>>(`/sequences/${sequence.id}/versions`);
  return (
    <Card flush>
      <Loaded query={versions}>
        {({ items }) => (
          <div className="table-wrap">
            <table className="table cards">
              <caption className="visually-hidden">Versions</caption>
              <thead>
                <tr>
                  <th>Version</th>
                  <th>State</th>
                  <th>Published</th>
                  <th data-num>On their way</th>
                  <th>At each step</th>
                </tr>
              </thead>
              <tbody>
                {items.map((version) => (
                  <tr key={version.version}>
                    <td className="strong num">Version {version.version}</td>
                    <td data-label="State">
                      <Badge
                        look={
                          version.state === 'draft'
                            ? { word: 'Draft', tone: 'warn', icon: 'edit' }
                            : version.version === sequence.published_version
                              ? { word: 'Current', tone: 'good', icon: 'check' }
                              : { word: 'Older', tone: 'idle', icon: 'clock' }
                        }
                      />
                    </td>
                    <td data-label="Published">
                      <When at={version.published_at} real otherwise="not yet" />
                    </td>
                    <td data-label="On their way" data-num>
                      {number(version.people)}
                    </td>
                    <td data-label="At each step" className="num">
                      {version.steps
                        .filter((step) => step.people > 0)
                        .map((step) => `${step.position}: ${number(step.people)}`)
                        .join(' · ') || <span className="faint">nobody</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Publish({ sequence, onClose, onDone }: { sequence: Sequence; onClose: () => void; onDone: () => void }) {
  const { api } = useHere();
  const say = useToast();
  const versions = useGet<Page<SequenceVersion>>(`/sequences/${sequence.id}/versions`);
  const onTheWay = (versions.data?.items ?? [])
    .filter((version) => version.state === 'published')
    .reduce((sum, version) => sum + version.people, 0);
  const [migrate, setMigrate] = useState(false);
  const [activate, setActivate] = useState(!sequence.active);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const publish = async () => {
    setBusy(true);
    setError(null);
    try {
      const done = await api.create<{ version: number; migrated: number }>(`/sequences/${sequence.id}/versions`, {
        migrate,
      });
      if (activate && !sequence.active) {
        await api.patch(`/sequences/${sequence.id}`, { active: true });
      }
      say(
        `Version ${done.version} is published${done.migrated ? `, ${count(done.migrated, 'person', 'people')} moved to it` : ''}.`,
      );
      onDone();
      onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Publish version ${sequence.draft_version}`}
      shape="box"
      onClose={onClose}
      onSubmit={() => void publish()}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Publish
          </Button>
        </>
      }
    >
      {error !== null && <ErrorNotice error={error} />}
      <p>Whoever enters from now on goes through the new steps.</p>
      {onTheWay > 0 && (
        <label className="check">
          <input type="checkbox" checked={migrate} onChange={(event) => setMigrate(event.target.checked)} />
          <span>
            Move the {count(onTheWay, 'person', 'people')} on their way to it
            <span className="field-hint" style={{ display: 'block' }}>
              Whoever stands at a step that is gone stays on their version.
            </span>
          </span>
        </label>
      )}
      {!sequence.active && (
        <label className="check">
          <input type="checkbox" checked={activate} onChange={(event) => setActivate(event.target.checked)} />
          <span>Switch it on</span>
        </label>
      )}
    </Dialog>
  );
}

// ---------------------------------------------------------------- enrolling

interface EnrolledMany {
  enrolled: unknown[];
  refused: { contact_id: string; code: string; detail: string }[];
}

function EnrollMany({ sequence, onClose, onDone }: { sequence: Sequence; onClose: () => void; onDone: () => void }) {
  const { api } = useHere();
  const [q, setQ] = useState('');
  const list = useList<Contact>('/contacts', { q, limit: 50 });
  const people = rows(list.data);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [result, setResult] = useState<EnrolledMany | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const toggle = (person: Contact) => {
    const next = new Map(chosen);
    if (!next.delete(person.id)) {
      next.set(person.id, personName(person, person.phone ?? undefined));
    }
    setChosen(next);
  };
  const everyone = people.length > 0 && people.every((person) => chosen.has(person.id));
  const enroll = async () => {
    setBusy(true);
    setError(null);
    try {
      setResult(
        await api.create<EnrolledMany>('/enrollments/bulk', {
          sequence_id: sequence.id,
          contact_ids: [...chosen.keys()],
        }),
      );
      onDone();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Enroll into ${sequence.name}`}
      onClose={onClose}
      onSubmit={() => void (result ? onClose() : enroll())}
      foot={
        result ? (
          <Button kind="primary" type="submit">
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" type="submit" busy={busy} disabled={chosen.size === 0}>
              {chosen.size === 0 ? 'Enroll' : `Enroll ${count(chosen.size, 'contact')}`}
            </Button>
          </>
        )
      }
    >
      {error !== null && <ErrorNotice error={error} />}
      {result ? (
        <>
          <Notice tone="info" title={`${count(result.enrolled.length, 'contact')} enrolled`}>
            The first step goes out when its delay and their quiet hours allow.
          </Notice>
          {result.refused.length > 0 && (
            <Notice tone="warn" title={`${count(result.refused.length, 'contact')} not enrolled`}>
              <ul>
                {result.refused.map((one) => (
                  <li key={one.contact_id}>
                    <span className="strong">{chosen.get(one.contact_id)}</span>: {one.detail}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
        </>
      ) : (
        <>
          <div className="search" style={{ maxWidth: 'none' }}>
            <Icon name="search" />
            <input
              className="input"
              type="search"
              placeholder="Find contacts"
              aria-label="Find contacts"
              value={q}
              onChange={(event) => setQ(event.target.value)}
            />
          </div>
          <Loaded query={list} lines={4}>
            {() =>
              people.length === 0 ? (
                <Empty icon="people" title="Nobody matches">
                  Add contacts first, or search for others.
                </Empty>
              ) : (
                <div>
                  <label className="pick">
                    <input
                      type="checkbox"
                      checked={everyone}
                      onChange={() =>
                        setChosen(
                          everyone
                            ? new Map()
                            : new Map([
                                ...chosen,
                                ...people.map(
                                  (person) =>
                                    [person.id, personName(person, person.phone ?? undefined)] as const,
                                ),
                              ]),
                        )
                      }
                    />
                    <span className="strong">Everyone shown</span>
                  </label>
                  {people.map((person) => (
                    <label key={person.id} className="pick">
                      <input type="checkbox" checked={chosen.has(person.id)} onChange={() => toggle(person)} />
                      <Avatar name={personName(person, '?')} />
                      <span>
                        <span style={{ display: 'block' }}>{personName(person, person.phone ?? undefined)}</span>
                        <span className="small muted num">{phoneWords(person.phone) || 'no phone'}</span>
                      </span>
                    </label>
                  ))}
                  {list.hasNextPage && (
                    <Button size="small" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                      Show more
                    </Button>
                  )}
                </div>
              )
            }
          </Loaded>
        </>
      )}
    </Dialog>
  );
}
