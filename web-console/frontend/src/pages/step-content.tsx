import { useRef, useState } from 'react';
import type { Fault, Page } from '../api/client';
import { useGet } from '../api/hooks';
import type { Mailbox, Step } from '../api/types';
import { templateParts } from '../format/words';
import { Icon } from '../ui/icon';
import { Button, Field } from '../ui/parts';

/** The kinds of step, in the order in which an author meets them. */
export const KINDS: [string, string][] = [
  ['sms', 'SMS'],
  ['email', 'E-mail'],
  ['voice', 'Call'],
  ['wait', 'Only wait'],
  ['condition', 'Condition'],
  ['webhook', 'Webhook'],
  ['notify_team', 'Tell the team'],
];

export type Content = Record<string, unknown>;

interface FormProps {
  content: Content;
  onChange: (content: Content) => void;
  fault: (field: string) => Fault | undefined;
  /** The steps that come later: where a jump may lead. */
  later: { id: string; name: string }[];
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What a step of that kind needs to say or do. */
export function ContentForm({ kind, ...props }: FormProps & { kind: string }) {
  switch (kind) {
    case 'sms':
      return <Words {...props} name="body" label="Message" rows={5} chips />;
    case 'email':
      return <EmailForm {...props} />;
    case 'voice':
      return <VoiceForm {...props} />;
    case 'condition':
      return <ConditionForm {...props} />;
    case 'webhook':
      return <WebhookForm {...props} />;
    case 'notify_team':
      return <NotifyForm {...props} />;
    default:
      return null;
  }
}

/** Empty fields are left out: a service tells what is missing better than what is empty. */
export function tidy(kind: string, content: Content): Content {
  if (kind === 'wait') {
    return {};
  }
  return Object.fromEntries(
    Object.entries(content).filter(([, value]) => value !== '' && value !== null && value !== undefined),
  );
}

/** What a step says or does, in one look. */
export function ContentSummary({ step, steps }: { step: Step; steps: Step[] }) {
  const content = step.content;
  switch (step.kind) {
    case 'sms':
      return <Template of={text(content.body)} />;
    case 'email':
      return (
        <>
          <p className="step-text strong">
            <Marked of={text(content.subject)} />
          </p>
          <Template of={text(content.text)} />
        </>
      );
    case 'voice':
      return content.assistant_id ? (
        <p className="step-text">Assistant {text(content.assistant_id)}</p>
      ) : (
        <Template of={text(content.first_message)} />
      );
    case 'condition':
      return (
        <p className="step-text">
          If {conditions(content).map(conditionWords).join(content.match === 'any' ? ' or ' : ' and ')}:{' '}
          {whereWords(content.then, steps)}; otherwise {whereWords(content.else, steps)}.
        </p>
      );
    case 'webhook':
      return <p className="step-text">POST {text(content.url)}</p>;
    case 'notify_team':
      return <Template of={text(content.message)} />;
    default:
      return null;
  }
}

function Template({ of }: { of: string }) {
  return of ? (
    <p className="step-text">
      <Marked of={of} />
    </p>
  ) : null;
}

function Marked({ of }: { of: string }) {
  return (
    <>
      {templateParts(of).map((part, n) =>
        part.variable ? (
          <span key={n} className="variable">
            {part.text}
          </span>
        ) : (
          <span key={n}>{part.text}</span>
        ),
      )}
    </>
  );
}

// ---------------------------------------------------------------- texts

const VARIABLES = ['first_name', 'company', 'client_name', 'client_phone', 'client_website'];

interface WordsProps extends Omit<FormProps, 'later'> {
  name: string;
  label: string;
  hint?: string;
  rows?: number;
  /** Offer variables to insert. */
  chips?: boolean;
}

/** One text that is a template. */
function Words({ content, onChange, fault, name, label, hint, rows = 1, chips }: WordsProps) {
  const area = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const value = text(content[name]);
  const set = (next: string) => onChange({ ...content, [name]: next });
  const insert = (variable: string) => {
    // an empty name would hold the message: see what it says instead
    const otherwise = variable === 'first_name' ? ' | default: "there"' : '';
    const at = area.current?.selectionStart ?? value.length;
    set(`${value.slice(0, at)}{{ ${variable}${otherwise} }}${value.slice(at)}`);
    area.current?.focus();
  };
  return (
    <>
      <Field label={label} hint={hint} error={fault(name)}>
        {(props) =>
          rows === 1 ? (
            <input {...props} ref={area} className="input" value={value} onChange={(event) => set(event.target.value)} />
          ) : (
            <textarea
              {...props}
              ref={area}
              className="textarea"
              rows={rows}
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          )
        }
      </Field>
      {chips && (
        <div className="chips" role="group" aria-label={`Insert a variable into ${label.toLowerCase()}`}>
          {VARIABLES.map((variable) => (
            <button key={variable} type="button" className="chip" onClick={() => insert(variable)}>
              <Icon name="plus" size={12} />
              {variable}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function EmailForm(props: FormProps) {
  const mailboxes = useGet<Page<Mailbox>>('/mailboxes', { limit: 100 });
  const all = mailboxes.data?.items ?? [];
  return (
    <>
      <Words {...props} name="subject" label="Subject" />
      <Words {...props} name="text" label="Text" rows={8} chips />
      <Words
        {...props}
        name="html"
        label="HTML"
        hint="Leave it empty to send the plain text alone, which arrives best"
        rows={4}
      />
      {all.length > 0 && (
        <Field label="From" error={props.fault('from_mailbox')}>
          {(field) => (
            <select
              {...field}
              className="select"
              value={text(props.content.from_mailbox)}
              onChange={(event) => props.onChange({ ...props.content, from_mailbox: event.target.value })}
            >
              <option value="">The one they know, or any</option>
              {all.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.display_name ? `${one.display_name} <${one.address}>` : one.address}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

function VoiceForm(props: FormProps) {
  const { content, onChange, fault } = props;
  return (
    <>
      <Words {...props} name="first_message" label="First words" rows={2} chips />
      <Words {...props} name="system_prompt" label="What the agent is told" rows={6} />
      <Words {...props} name="voicemail_message" label="On a voicemail" hint="Leave it empty to hang up" rows={2} />
      <div className="form-grid">
        <Words {...props} name="transfer_number" label="Put through to" hint="With its country: +12065550100" />
        <Field label="At most, minutes" error={fault('max_minutes')}>
          {(field) => (
            <input
              {...field}
              className="input num"
              type="number"
              min={1}
              max={30}
              value={content.max_minutes === undefined ? '' : String(content.max_minutes)}
              onChange={(event) =>
                onChange({
                  ...content,
                  max_minutes: event.target.value === '' ? undefined : Number(event.target.value),
                })
              }
            />
          )}
        </Field>
      </div>
      <Words {...props} name="assistant_id" label="Assistant" hint="One that is set up at VAPI already, instead of the words above" />
    </>
  );
}

function NotifyForm(props: FormProps) {
  const { content, onChange, fault } = props;
  return (
    <>
      <Words {...props} name="message" label="Message to the team" rows={3} chips />
      <Field label="Priority" error={fault('priority')}>
        {(field) => (
          <select
            {...field}
            className="select"
            value={text(content.priority) || 'normal'}
            onChange={(event) => onChange({ ...content, priority: event.target.value })}
          >
            <option value="low">Low</option>
            <option value="normal">Normal</option>
            <option value="high">High</option>
            <option value="urgent">Urgent</option>
          </select>
        )}
      </Field>
    </>
  );
}

// ---------------------------------------------------------------- webhook

function WebhookForm(props: FormProps) {
  const { content, onChange, fault } = props;
  const [headers, setHeaders] = useState(() =>
    Object.entries((content.headers ?? {}) as Record<string, string>)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  const [body, setBody] = useState(() =>
    content.body === undefined || content.body === null
      ? ''
      : typeof content.body === 'string'
        ? content.body
        : JSON.stringify(content.body, null, 2),
  );
  const bodyFault = fault('body') ?? (body.trim() && !parsed(body) ? NO_JSON : undefined);
  return (
    <>
      <Words {...props} name="url" label="Address" hint="It gets a signed POST; 2xx means done" />
      <Field label="Headers" hint="One a line, as Name: value" error={fault('headers')}>
        {(field) => (
          <textarea
            {...field}
            className="textarea"
            rows={2}
            value={headers}
            onChange={(event) => {
              setHeaders(event.target.value);
              onChange({ ...content, headers: headersOf(event.target.value) });
            }}
          />
        )}
      </Field>
      <Field
        label="Body"
        hint='JSON; its texts may be templates. Left empty: ids, the contact and the sequence'
        error={bodyFault}
      >
        {(field) => (
          <textarea
            {...field}
            className="textarea mono"
            rows={6}
            placeholder={'{\n  "name": "{{ first_name }}"\n}'}
            value={body}
            onChange={(event) => {
              setBody(event.target.value);
              onChange({
                ...content,
                body: event.target.value.trim() ? (parsed(event.target.value) ?? event.target.value) : undefined,
              });
            }}
          />
        )}
      </Field>
    </>
  );
}

const NO_JSON: Fault = { field: 'body', message: 'this is no JSON object yet', fix: null };

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** `Name: value` a line. */
export function headersOf(lines: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of lines.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
    }
  }
  return Object.keys(headers).length > 0 ? headers : undefined;
}

// ---------------------------------------------------------------- condition

interface Condition {
  field: string;
  op: string;
  value?: unknown;
}

const FLAGS: [string, string][] = [
  ['replied', 'has replied'],
  ['answered', 'has answered a call'],
  ['voicemail', 'got a voicemail'],
  ['opened', 'has opened an e-mail'],
  ['clicked', 'has clicked a link'],
  ['booked', 'has booked'],
];

const FIELDS: [string, string][] = [
  ['tags', 'tags'],
  ['status', 'status'],
  ['source', 'source'],
  ['state', 'state'],
  ['postal_code', 'postal code'],
  ['company', 'company'],
  ['phone', 'phone'],
  ['phone_type', 'kind of phone'],
  ['email', 'e-mail address'],
];

const OPS: [string, string][] = [
  ['equals', 'is'],
  ['not_equals', 'is not'],
  ['contains', 'contains'],
  ['exists', 'is known'],
];

const isFlag = (field: string) => FLAGS.some(([key]) => key === field);

function conditions(content: Content): Condition[] {
  return Array.isArray(content.when) ? (content.when as Condition[]) : [];
}

/** `tags contains “roof”`. */
export function conditionWords({ field, op, value }: Condition): string {
  const flag = FLAGS.find(([key]) => key === field);
  if (flag) {
return String(value) === 'false' ? `not: the contact ${flag[1]}` : `the contact ${flag[1]}`;
  }
  const name = FIELDS.find(([key]) => key === field)?.[1] ?? field.replace(/^custom\./, '').replaceAll('_', ' ');
  const how = OPS.find(([key]) => key === op)?.[1] ?? op.replaceAll('_', ' ');
  const what = Array.isArray(value) ? value.join(', ') : value;
  return op === 'exists' ? `${name} ${how}` : `${name} ${how} “${String(what ?? '')}”`;
}

/** Where an answer leads, as the service writes it in full or for short. */
function whereOf(value: unknown): string {
  if (typeof value === 'string') {
    return value || 'continue';
  }
  const full = (value ?? {}) as { action?: string; step_id?: string };
  return full.action === 'jump' ? (full.step_id ?? '') : (full.action ?? 'continue');
}

function whereWords(value: unknown, steps: Step[]): string {
  const where = whereOf(value);
  if (where === 'continue') {
    return 'go on';
  }
  if (where === 'end') {
    return 'end';
  }
  const index = steps.findIndex((one) => one.id === where);
  return index < 0 ? 'go to a step that is gone' : `go to ${steps[index]?.name ?? `step ${index + 1}`}`;
}

function ConditionForm({ content, onChange, fault, later }: FormProps) {
  const all = conditions(content);
  const when = all.length > 0 ? all : [{ field: 'replied', op: 'equals', value: 'true' }];
  const set = (next: Condition[]) => onChange({ ...content, when: next });
  const change = (index: number, one: Condition) => set(when.map((old, n) => (n === index ? one : old)));
  const lead = (name: 'then' | 'else', label: string) => (
    <Field label={label} error={fault(name)}>
      {(field) => (
        <select
          {...field}
          className="select"
          value={whereOf(content[name])}
          onChange={(event) =>
            onChange({
              ...content,
              when,
              [name]: ['continue', 'end'].includes(event.target.value)
                ? { action: event.target.value }
                : { action: 'jump', step_id: event.target.value },
            })
          }
        >
          <option value="continue">Go on to the next step</option>
          <option value="end">End the sequence</option>
          {later.map((one) => (
            <option key={one.id} value={one.id}>
              Go to {one.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <>
      {when.map((one, index) => (
        <div key={index} className="stack" data-gap="small">
          <div className="form-grid">
            <Field label={index === 0 ? 'If' : content.match === 'any' ? 'or if' : 'and if'} error={fault(`when[${index}].field`) ?? fault(`when[${index}]`)}>
              {(field) => (
                <select
                  {...field}
                  className="select"
                  value={one.field.startsWith('custom.') ? 'custom' : one.field}
                  onChange={(event) => {
                    const next = event.target.value;
                    change(
                      index,
                      isFlag(next)
                        ? { field: next, op: 'equals', value: 'true' }
                        : { field: next === 'custom' ? 'custom.' : next, op: next === 'tags' ? 'contains' : 'equals', value: '' },
                    );
                  }}
                >
                  {FLAGS.map(([key, word]) => (
                    <option key={key} value={key}>
                      the contact {word}
                    </option>
                  ))}
                  {FIELDS.map(([key, word]) => (
                    <option key={key} value={key}>
                      {word}
                    </option>
                  ))}
                  <option value="custom">a field of your own</option>
                </select>
              )}
            </Field>
            {isFlag(one.field) ? (
              <Field label="Answer">
                {(field) => (
                  <select
                    {...field}
                    className="select"
                    value={String(one.value)}
                    onChange={(event) => change(index, { ...one, value: event.target.value })}
                  >
                    <option value="true">yes</option>
                    <option value="false">no</option>
                  </select>
                )}
              </Field>
            ) : (
              <Field label="How" error={fault(`when[${index}].op`)}>
                {(field) => (
                  <select
                    {...field}
                    className="select"
                    value={one.op}
                    onChange={(event) => change(index, { ...one, op: event.target.value })}
                  >
                    {OPS.map(([key, word]) => (
                      <option key={key} value={key}>
                        {word}
                      </option>
                    ))}
                    {one.op === 'in' && <option value="in">is one of</option>}
                  </select>
                )}
              </Field>
            )}
          </div>
          {!isFlag(one.field) && (one.field.startsWith('custom.') || one.op !== 'exists') && (
            <div className="form-grid">
              {one.field.startsWith('custom.') && (
                <Field label="Your field">
                  {(field) => (
                    <input
                      {...field}
                      className="input"
                      value={one.field.slice('custom.'.length)}
                      onChange={(event) => change(index, { ...one, field: `custom.${event.target.value.trim()}` })}
                    />
                  )}
                </Field>
              )}
              {one.op !== 'exists' && (
                <Field label="Value" error={fault(`when[${index}].value`)}>
                  {(field) => (
                    <input
                      {...field}
                      className="input"
                      value={Array.isArray(one.value) ? one.value.join(', ') : String(one.value ?? '')}
                      onChange={(event) =>
                        change(index, {
                          ...one,
                          value:
                            one.op === 'in'
                              ? event.target.value.split(',').map((part) => part.trim())
                              : event.target.value,
                        })
                      }
                    />
                  )}
                </Field>
              )}
            </div>
          )}
          {when.length > 1 && (
            <div>
              <Button size="small" kind="quiet" icon="trash" onClick={() => set(when.filter((_, n) => n !== index))}>
                Remove
              </Button>
            </div>
          )}
        </div>
      ))}
      <div className="row">
        <Button
          size="small"
          icon="plus"
          onClick={() => set([...when, { field: 'tags', op: 'contains', value: '' }])}
        >
          Another condition
        </Button>
        {when.length > 1 && (
          <select
            className="select"
            style={{ width: 'auto' }}
            aria-label="How many must hold"
            value={text(content.match) || 'all'}
            onChange={(event) => onChange({ ...content, when, match: event.target.value })}
          >
            <option value="all">All must hold</option>
            <option value="any">One is enough</option>
          </select>
        )}
      </div>
      <div className="form-grid">
        {lead('then', 'If so')}
        {lead('else', 'If not')}
      </div>
    </>
  );
}

/** A condition that was never touched asks whether they replied. */
export function withDefaults(kind: string, content: Content): Content {
  return kind === 'condition' && conditions(content).length === 0
    ? { ...content, when: [{ field: 'replied', op: 'equals', value: 'true' }] }
    : content;
}
