import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { Problem } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { CustomField, Import } from '../api/types';
import { type Look, count, number, words } from '../format/words';
import {
  Badge,
  Button,
  Card,
  Empty,
  ErrorNotice,
  Field,
  Figure,
  LinkButton,
  Loaded,
  Meter,
  MoreButton,
  Notice,
  PageHead,
  useAction,
  useTitle,
} from '../ui/parts';
import { When } from '../ui/time';

const STATES: Record<Import['state'], Look> = {
  uploaded: { word: 'Waits for you', tone: 'warn', icon: 'pause' },
  running: { word: 'Running', tone: 'info', icon: 'play' },
  done: { word: 'Done', tone: 'good', icon: 'check' },
  cancelled: { word: 'Cancelled', tone: 'idle', icon: 'ban' },
  failed: { word: 'Failed', tone: 'bad', icon: 'alert' },
};

const FIELDS: [string, string][] = [
  ['phone', 'Phone'],
  ['email', 'E-mail'],
  ['first_name', 'First name'],
  ['last_name', 'Last name'],
  ['full_name', 'Full name'],
  ['company', 'Company'],
  ['state', 'State'],
  ['postal_code', 'Postal code'],
  ['time_zone', 'Time zone'],
  ['tags', 'Tags'],
  ['status', 'Status'],
  ['source', 'Source'],
];

/** All files, and the way to a new one. */
export function Imports() {
  useTitle('Imports');
  const { path, api, client } = useHere();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const file = useRef<HTMLInputElement>(null);
  const list = useList<Import>('/imports', { limit: 20 });
  const all = rows(list.data);
  const upload = (chosen: File) =>
    void run('upload', async () => {
      const made = await api.upload<Import>('/imports', { file_name: chosen.name }, chosen);
      await queries.invalidateQueries({ queryKey: [client.id, '/imports'] });
      void navigate(path(`/imports/${made.id}`));
    });
  const choose = (
    <Button kind="primary" icon="plus" busy={busy === 'upload'} onClick={() => file.current?.click()}>
      Upload a file
    </Button>
  );
  return (
    <>
      <PageHead title="Imports" back={{ to: path('/contacts'), word: 'Contacts' }} actions={choose}>
        <p>Contacts from a CSV file: comma, semicolon or tab, with the names of the columns in the first row.</p>
      </PageHead>
      <input
        ref={file}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        aria-label="CSV file"
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          if (chosen) {
            upload(chosen);
          }
        }}
      />
      <Card flush>
        <Loaded query={list} lines={4}>
          {() =>
            all.length === 0 ? (
              <Empty icon="people" title="No files yet" actions={choose}>
                You see what is in the file, and say which column is what, before anything is taken in.
              </Empty>
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <caption className="visually-hidden">{count(all.length, 'import')} shown</caption>
                  <thead>
                    <tr>
                      <th>File</th>
                      <th>State</th>
                      <th data-num>Rows</th>
                      <th data-num>New</th>
                      <th data-num>Bad</th>
                      <th data-num>Uploaded</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map((one) => (
                      <tr key={one.id}>
                        <td>
                          <Link className="strong clip" to={path(`/imports/${one.id}`)}>
                            {one.file_name}
                          </Link>
                        </td>
                        <td data-label="State">
                          <Badge look={STATES[one.state]} />
                        </td>
                        <td data-label="Rows" data-num>
                          {number(one.rows_total)}
                        </td>
                        <td data-label="New" data-num>
                          {number(one.created)}
                        </td>
                        <td data-label="Bad" data-num>
                          {number(one.bad)}
                        </td>
                        <td data-label="Uploaded" data-num className="muted nowrap">
                          <When at={one.created_at} real />
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
    </>
  );
}

/** One file: what is in it, how it is read, how far it is. */
export function ImportPage() {
  const { id } = useParams();
  const { path, api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [quick, setQuick] = useState(true);
  const one = useGet<Import>(`/imports/${id}`, undefined, { every: quick ? 1_000 : 30_000 });
  const moving = one.data === undefined || one.data.state === 'running';
  if (moving !== quick) {
    setQuick(moving);
  }
  useTitle(one.data?.file_name);
  const cancel = () =>
    void run(
      'cancel',
      async () => {
        await api.post(`/imports/${id}/cancel`);
        await queries.invalidateQueries({ queryKey: [client.id, `/imports/${id}`] });
      },
      'The import is cancelled. What was taken in stays.',
    );
  return (
    <Loaded query={one} lines={8}>
      {(file) => (
        <>
          <PageHead
            title={file.file_name}
            back={{ to: path('/imports'), word: 'Imports' }}
            actions={
              (file.state === 'running' || file.state === 'uploaded') && (
                <Button icon="ban" busy={busy === 'cancel'} onClick={cancel}>
                  Cancel
                </Button>
              )
            }
          >
            <p>
              <Badge look={STATES[file.state]} /> {count(file.rows_total, 'row')} · {file.encoding}
            </p>
          </PageHead>
          {file.state === 'uploaded' ? <Mapping file={file} /> : <Progress file={file} />}
        </>
      )}
    </Loaded>
  );
}

function Progress({ file }: { file: Import }) {
  const { path, api } = useHere();
  const { busy, run } = useAction();
  const download = () => void run('errors', () => api.download(`/imports/${file.id}/errors`, `${file.file_name}-errors.csv`));
  return (
    <div className="stack" data-gap="large">
      {file.failure && (
        <Notice tone="bad" title="The import failed">
          {file.failure}
        </Notice>
      )}
      <Card title={file.ended_at ? 'What became of it' : 'How far it is'}>
        <div className="stack">
          <Meter
            value={file.rows_read}
            max={Math.max(1, file.rows_total)}
            label={`${number(file.rows_read)} of ${count(file.rows_total, 'row')} read`}
          />
          <p className="muted" aria-live="polite">
            {number(file.rows_read)} of {count(file.rows_total, 'row')} read
          </p>
          <div className="figures">
            <Figure label="New contacts" value={number(file.created)} />
            <Figure label="Changed" value={number(file.updated)} />
            <Figure label="Nothing new" value={number(file.unchanged)} />
            <Figure label="Left as they are" value={number(file.skipped)} />
            <Figure label="Same person twice in the file" value={number(file.merged)} />
            <Figure label="Bad rows" value={number(file.bad)} />
          </div>
          <div className="actions">
            {file.bad > 0 && (
              <Button icon="down" busy={busy === 'errors'} onClick={download}>
                Download the bad rows
              </Button>
            )}
            {file.created > 0 && (
              <LinkButton icon="people" to={path(`/contacts?import=${file.id}`)}>
                Show the new contacts
              </LinkButton>
            )}
          </div>
        </div>
      </Card>
      <Card title="How it was read">
        <dl className="facts" data-wide>
          {Object.entries(file.mapping ?? {}).map(([column, field]) => (
            <div key={column}>
              <dt>{column}</dt>
              <dd>{field.startsWith('custom.') ? field.slice(7) : words(field)}</dd>
            </div>
          ))}
          {file.options && (
            <>
              <div>
                <dt>Contacts that are here already</dt>
                <dd>{file.options.update ? 'take what is new' : 'stay as they are'}</dd>
              </div>
              <div>
                <dt>Sequences</dt>
                <dd>{file.options.trigger ? 'start for new contacts and tags' : 'none is started by it'}</dd>
              </div>
            </>
          )}
        </dl>
      </Card>
    </div>
  );
}

function Mapping({ file }: { file: Import }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const custom = useGet<{ items: CustomField[] }>('/custom-fields', { limit: 200 });
  const [mapping, setMapping] = useState<Record<string, string>>(() =>
    Object.fromEntries(file.columns.map((column) => [column.name, column.suggested ?? ''])),
  );
  const [options, setOptions] = useState({
    default_country: 'US',
    tags: '',
    on_existing: 'update',
    trigger: false,
    sms: false,
    email: false,
    voice: false,
    source: '',
    text_shown: '',
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  const reachable = Object.values(mapping).some((field) => field === 'phone' || field === 'email');
  const agreed = (['sms', 'email', 'voice'] as const).filter((channel) => options[channel]);
  const start = async () => {
    setBusy(true);
    setError(null);
    const statement = { source: options.source, text_shown: options.text_shown || undefined };
    try {
      await api.post(`/imports/${file.id}/start`, {
        mapping: Object.fromEntries(Object.entries(mapping).filter(([, field]) => field)),
        default_country: options.default_country,
        tags: options.tags
          .split(/[\s,]+/)
          .map((tag) => tag.toLowerCase())
          .filter(Boolean),
        on_existing: options.on_existing,
        trigger: options.trigger,
        consent: Object.fromEntries(agreed.map((channel) => [channel, statement])),
      });
      await queries.invalidateQueries({ queryKey: [client.id, `/imports/${file.id}`] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const keyOf = (name: string) =>
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '')
      .slice(0, 60);
  const check = (name: 'trigger' | 'sms' | 'email' | 'voice', label: string, hint?: string) => (
    <label className="check">
      <input
        type="checkbox"
        checked={options[name]}
        onChange={(event) => setOptions({ ...options, [name]: event.target.checked })}
      />
      <span>
        {label}
        {hint && (
          <span className="field-hint" style={{ display: 'block' }}>
            {hint}
          </span>
        )}
      </span>
    </label>
  );
  return (
    <div className="stack" data-gap="large">
      <Card title="Which column is what" flush>
        <div className="table-wrap">
          <table className="table cards">
            <caption className="visually-hidden">Columns of the file</caption>
            <thead>
              <tr>
                <th>Column</th>
                <th>First rows</th>
                <th>Becomes</th>
              </tr>
            </thead>
            <tbody>
              {file.columns.map((column, at) => (
                <tr key={column.name}>
                  <td className="strong">{column.name}</td>
                  <td data-label="First rows" className="muted">
                    {file.preview
                      .slice(0, 3)
                      .map((row) => row[at])
                      .filter(Boolean)
                      .join(' · ') || <span className="faint">empty</span>}
                  </td>
                  <td data-label="Becomes">
                    <select
                      className="select"
                      aria-label={`${column.name} becomes`}
                      value={mapping[column.name]}
                      onChange={(event) => setMapping({ ...mapping, [column.name]: event.target.value })}
                    >
                      <option value="">Leave it out</option>
                      {FIELDS.map(([field, label]) => (
                        <option key={field} value={field}>
                          {label}
                        </option>
                      ))}
                      {(custom.data?.items ?? []).map((field) => (
                        <option key={field.key} value={`custom.${field.key}`}>
                          {field.label} (custom)
                        </option>
                      ))}
                      {keyOf(column.name) &&
                        !(custom.data?.items ?? []).some((field) => field.key === keyOf(column.name)) && (
                          <option value={`custom.${keyOf(column.name)}`}>custom.{keyOf(column.name)}</option>
                        )}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <Card title="How to take them in">
        <div className="stack">
          <div className="form-grid">
            <Field label="Country of numbers without a code" error={known?.of('default_country')} hint="Two letters">
              {(props) => (
                <input
                  {...props}
                  className="input"
                  maxLength={2}
                  value={options.default_country}
                  onChange={(event) => setOptions({ ...options, default_country: event.target.value.toUpperCase() })}
                />
              )}
            </Field>
            <Field label="Tags for everyone" error={known?.of('tags')} hint="Separated by commas">
              {(props) => (
                <input
                  {...props}
                  className="input"
                  value={options.tags}
                  onChange={(event) => setOptions({ ...options, tags: event.target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="Contacts that are here already">
            {(props) => (
              <select
                {...props}
                className="select"
                value={options.on_existing}
                onChange={(event) => setOptions({ ...options, on_existing: event.target.value })}
              >
                <option value="update">Take what the file says; their phone and e-mail stay</option>
                <option value="skip">Leave them as they are</option>
              </select>
            )}
          </Field>
          {check(
            'trigger',
            'Start sequences',
            'Those that wait for new contacts or for these tags. Left open, the import starts nothing.',
          )}
          <fieldset className="stack" data-gap="small">
            <legend>They agreed to receive</legend>
            {check('sms', 'SMS')}
            {check('email', 'E-mail')}
            {check('voice', 'Calls')}
          </fieldset>
          {agreed.length > 0 && (
            <div className="form-grid">
              <Field label="Where they agreed" error={known?.faults.find((fault) => fault.field.endsWith('.source'))}>
                {(props) => (
                  <input
                    {...props}
                    className="input"
                    placeholder="Spring fair 2026"
                    value={options.source}
                    onChange={(event) => setOptions({ ...options, source: event.target.value })}
                  />
                )}
              </Field>
              <Field label="What they read">
                {(props) => (
                  <input
                    {...props}
                    className="input"
                    value={options.text_shown}
                    onChange={(event) => setOptions({ ...options, text_shown: event.target.value })}
                  />
                )}
              </Field>
            </div>
          )}
          {!reachable && <Notice tone="warn">Say which column is the phone or the e-mail.</Notice>}
          {error !== null && <ErrorNotice error={error} />}
          <div className="actions">
            <Button kind="primary" icon="play" busy={busy} disabled={!reachable} onClick={() => void start()}>
              Take in {count(file.rows_total, 'row')}
            </Button>
          </div>
        </div>
      </Card>
    </div>
  );
}
