import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../api/client';
import { rows, useHere, useList } from '../api/hooks';
import type { LeadSource, NewLeadSource } from '../api/types';
import {
  Badge,
  Button,
  Card,
  CopyButton,
  Dialog,
  Empty,
  ErrorNotice,
  Field,
  Loaded,
  MoreButton,
  Notice,
  useAction,
} from '../ui/parts';

const KINDS: [LeadSource['kind'], string, string][] = [
  ['generic', 'Web form', 'Any form or program that can post JSON'],
  ['google', 'Google Ads lead form', 'Paste the address and the key into the form’s webhook settings'],
  ['facebook', 'Facebook lead ads', 'Subscribe your app to the page’s leads with the address and the verify token'],
];

/** The forms that leads come from. */
export function LeadSources({ may }: { may: boolean }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const list = useList<LeadSource>('/lead-sources', { limit: 50 });
  const all = rows(list.data);
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<NewLeadSource | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: [client.id, '/lead-sources'] });
  const toggle = (source: LeadSource) =>
    void run(
      source.id,
      async () => {
        await api.patch(`/lead-sources/${source.id}`, { active: !source.active });
        await refresh();
      },
      source.active ? `${source.name} takes nothing in any more.` : `${source.name} takes leads in again.`,
    );
  const renew = (source: LeadSource) =>
    void run(`renew-${source.id}`, async () => {
      setShown(await api.post<NewLeadSource>(`/lead-sources/${source.id}/secret`));
    });
  return (
    <Card
      title="Lead sources"
      flush
      actions={
        may && (
          <Button size="small" icon="plus" onClick={() => setMaking(true)}>
            New source
          </Button>
        )
      }
    >
      <Loaded query={list} lines={2}>
        {() =>
          all.length === 0 ? (
            <Empty icon="inbox" title="No sources yet">
              A source lets a form, Google or Facebook send leads in: each becomes a contact, and enters the sequences
              that wait for it.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">Lead sources</caption>
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Address</th>
                    <th>State</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {all.map((source) => (
                    <tr key={source.id}>
                      <td>
                        <div className="strong">{source.name}</div>
                        <div className="small muted">{KINDS.find(([kind]) => kind === source.kind)?.[1]}</div>
                      </td>
                      <td data-label="Address">
                        <CopyButton text={source.url} label="Copy address" />
                      </td>
                      <td data-label="State">
                        <Badge
                          look={
                            source.active
                              ? { word: 'On', tone: 'good', icon: 'check' }
                              : { word: 'Off', tone: 'idle', icon: 'pause' }
                          }
                        />
                      </td>
                      <td data-num>
                        {may && (
                          <span className="row">
                            <Button size="small" busy={busy === `renew-${source.id}`} onClick={() => renew(source)}>
                              New secret
                            </Button>
                            <Button size="small" busy={busy === source.id} onClick={() => toggle(source)}>
                              {source.active ? 'Switch off' : 'Switch on'}
                            </Button>
                          </span>
                        )}
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
      {making && (
        <NewSource
          onClose={() => setMaking(false)}
          onDone={(made) => {
            setMaking(false);
            setShown(made);
            void refresh();
          }}
        />
      )}
      {shown && <Secret made={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}

function Secret({ made, onClose }: { made: NewLeadSource; onClose: () => void }) {
  const { source } = made;
  return (
    <Dialog
      title={source.name}
      shape="box"
      onClose={onClose}
      foot={
        <Button kind="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <Notice tone="warn">Copy it now: it is shown this once.</Notice>
      <dl className="facts" data-wide>
        <div>
          <dt>Address</dt>
          <dd>
            <code className="clip">{source.url}</code> <CopyButton text={source.url} label="Copy" />
          </dd>
        </div>
        {made.secret && (
          <div>
            <dt>{source.kind === 'google' ? 'Key' : 'Secret'}</dt>
            <dd>
              <code className="clip">{made.secret}</code> <CopyButton text={made.secret} label="Copy" />
            </dd>
          </div>
        )}
        {made.verify_token && (
          <div>
            <dt>Verify token</dt>
            <dd>
              <code className="clip">{made.verify_token}</code> <CopyButton text={made.verify_token} label="Copy" />
            </dd>
          </div>
        )}
      </dl>
      {source.kind === 'generic' && (
        <p className="muted">
          Sign each post by the Standard Webhooks scheme, or send the secret as the header <code>X-Lead-Key</code>.
        </p>
      )}
    </Dialog>
  );
}

function NewSource({ onClose, onDone }: { onClose: () => void; onDone: (made: NewLeadSource) => void }) {
  const { api } = useHere();
  const [form, setForm] = useState({
    kind: 'generic' as LeadSource['kind'],
    name: '',
    tags: '',
    default_country: 'US',
    text_shown: '',
    app_secret: '',
    access_token: '',
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  const text = (name: keyof typeof form, label: string, hint?: string, type = 'text') => (
    <Field label={label} hint={hint} error={known?.of(name)}>
      {(props) => (
        <input
          {...props}
          className="input"
          type={type}
          autoComplete="off"
          value={form[name]}
          onChange={(event) => setForm({ ...form, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const save = async () => {
    setBusy(true);
    setError(null);
    const facebook = form.kind === 'facebook';
    try {
      onDone(
        await api.create<NewLeadSource>('/lead-sources', {
          kind: form.kind,
          name: form.name,
          default_country: form.default_country,
          tags: form.tags
            .split(/[\s,]+/)
            .map((tag) => tag.toLowerCase())
            .filter(Boolean),
          consent: form.text_shown ? { sms: { text_shown: form.text_shown } } : undefined,
          app_secret: facebook ? form.app_secret : undefined,
          access_token: facebook && form.access_token ? form.access_token : undefined,
        }),
      );
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="New lead source"
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Make it
          </Button>
        </>
      }
    >
      {error !== null && (known?.faults.length ?? 0) === 0 && <ErrorNotice error={error} />}
      <Field label="Where from" hint={KINDS.find(([kind]) => kind === form.kind)?.[2]}>
        {(props) => (
          <select
            {...props}
            className="select"
            value={form.kind}
            onChange={(event) => setForm({ ...form, kind: event.target.value as LeadSource['kind'] })}
          >
            {KINDS.map(([kind, label]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {text('name', 'Name')}
      {text('tags', 'Tags for its contacts', 'Separated by commas')}
      {text('default_country', 'Country of numbers without a code', 'Two letters')}
      {text('text_shown', 'Agreement to SMS', 'What people read beside the form; kept with each as its proof')}
      {form.kind === 'facebook' && (
        <>
          {text('app_secret', 'Secret of your app', 'Facebook signs with it', 'password')}
          {text('access_token', 'Page access token', 'Reads what a lead says', 'password')}
        </>
      )}
    </Dialog>
  );
}
