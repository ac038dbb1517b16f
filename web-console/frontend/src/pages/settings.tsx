import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Page, Problem } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { ApiKey, Client, Member, PhoneNumber, ProviderAccount } from '../api/types';
import { number, phoneWords, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Badge,
  Button,
  Card,
  CopyButton,
  Dialog,
  Empty,
  ErrorNotice,
  Field,
  FormDialog,
  Loaded,
  Notice,
  PageHead,
  useAction,
  useSending,
  useTitle,
  useToast,
} from '../ui/parts';
import { When } from '../ui/time';
import { LeadSources } from './lead-sources';
import { AddAccount, Mailboxes } from './senders';
import { WebhooksCard } from './webhooks';

export function Settings() {
  useTitle('Settings');
  const { client } = useHere();
  const may = client.role !== 'member';
  return (
    <>
      <PageHead title="Settings">
        <p>{client.name}: who you are, what you send from, and who may do it.</p>
      </PageHead>
      <div className="stack" data-gap="large">
        <Profile may={may} />
        <Senders may={may} />
        <Mailboxes may={may} />
        <LeadSources may={may} />
        <WebhooksCard />
        {may && <Keys />}
        {may && <People />}
      </div>
    </>
  );
}

// ---------------------------------------------------------------- profile

function Profile({ may }: { may: boolean }) {
  const { client } = useHere();
  const business = useGet<Client>(`/clients/${client.id}`);
  const [editing, setEditing] = useState(false);
  return (
    <Card
      title="Business"
      actions={
        may &&
        business.data && (
          <Button size="small" icon="edit" onClick={() => setEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      <Loaded query={business}>
        {(one) => (
          <dl className="facts" data-wide>
            {[
              ['Name', one.name],
              ['Industry', one.industry],
              ['Time zone', one.time_zone],
              ['Currency', one.currency],
              ['Phone', one.profile?.phone],
              ['Website', one.profile?.website],
              ['Address', one.profile?.postal_address],
              ['Service area', one.profile?.service_area],
              ['Brand voice', one.profile?.brand_voice],
              ['Opt-out confirmation', one.profile?.opt_out_confirmation],
            ].map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value || <span className="faint">not set</span>}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
      {editing && business.data && <EditBusiness business={business.data} onClose={() => setEditing(false)} />}
    </Card>
  );
}

function EditBusiness({ business, onClose }: { business: Client; onClose: () => void }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const say = useToast();
  const [form, setForm] = useState({
    name: business.name,
    industry: business.industry,
    time_zone: business.time_zone,
    phone: business.profile?.phone ?? '',
    website: business.profile?.website ?? '',
    postal_address: business.profile?.postal_address ?? '',
    service_area: business.profile?.service_area ?? '',
    brand_voice: business.profile?.brand_voice ?? '',
    opt_out_confirmation: business.profile?.opt_out_confirmation ?? '',
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  const text = (name: keyof typeof form, label: string, hint?: string) => (
    <Field label={label} hint={hint} error={known?.of(name) ?? known?.of(`profile.${name}`)}>
      {(props) => (
        <input
          {...props}
          className="input"
          value={form[name]}
          onChange={(event) => setForm({ ...form, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const save = async () => {
    setBusy(true);
    setError(null);
    const { name, industry, time_zone, ...profile } = form;
    try {
      await api.patch(`/clients/${client.id}`, {
        name,
        industry,
        time_zone,
        profile: {
          ...business.profile,
          ...Object.fromEntries(Object.entries(profile).map(([key, value]) => [key, value.trim() || null])),
        },
      });
      await queries.invalidateQueries({ queryKey: [client.id] });
      await queries.invalidateQueries({ queryKey: ['session'] });
      say('Saved.');
      onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Edit the business"
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Save
          </Button>
        </>
      }
    >
      {error !== null && !known?.faults.length && <ErrorNotice error={error} />}
      {text('name', 'Name')}
      {text('industry', 'Industry')}
      {text('time_zone', 'Time zone', 'An IANA name such as America/New_York')}
      {text('phone', 'Phone', 'In messages as {{ client_phone }}')}
      {text('website', 'Website')}
      {text('postal_address', 'Postal address')}
      {text('service_area', 'Service area')}
      {text('brand_voice', 'Brand voice', 'How you sound, in a sentence')}
      {text('opt_out_confirmation', 'Opt-out confirmation', 'The whole text; the standard one names the business')}
    </Dialog>
  );
}

// ---------------------------------------------------------------- senders

function Senders({ may }: { may: boolean }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const numbers = useList<PhoneNumber>('/phone-numbers', { limit: 100 });
  const accounts = useList<ProviderAccount>('/provider-accounts', { limit: 100 });
  const all = rows(numbers.data);
  const [adding, setAdding] = useState<'account' | 'number' | null>(null);
  const accountName = (id: string) => rows(accounts.data).find((one) => one.id === id)?.name ?? 'Account';
  return (
    <Card
      title="Senders"
      flush
      actions={
        may && (
          <span className="actions">
            <Button size="small" icon="plus" onClick={() => setAdding('account')}>
              Account
            </Button>
            {rows(accounts.data).some((one) => one.provider === 'twilio') && (
              <Button size="small" icon="plus" onClick={() => setAdding('number')}>
                Number
              </Button>
            )}
          </span>
        )
      }
    >
      <Loaded query={numbers} lines={2}>
        {() =>
          all.length === 0 ? (
            <Empty icon="phone" title="Nothing to send from">
              Add your account at a provider, then the numbers you send from.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">Numbers</caption>
                <thead>
                  <tr>
                    <th>Number</th>
                    <th>Account</th>
                    <th data-num>A second</th>
                    <th data-num>A day</th>
                    <th>State</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.id}>
                      <td className="strong num">{phoneWords(one.e164)}</td>
                      <td data-label="Account">{accountName(one.provider_account_id)}</td>
                      <td data-label="A second" data-num>
                        {one.per_second}
                      </td>
                      <td data-label="A day" data-num>
                        {number(one.daily_cap)}
                      </td>
                      <td data-label="State">
                        <Badge
                          look={
                            one.active
                              ? { word: 'Active', tone: 'good', icon: 'check' }
                              : { word: 'Off', tone: 'idle', icon: 'pause' }
                          }
                        />
                      </td>
                      <td data-num>
                        {may && (
                          <Button
                            size="small"
                            busy={busy === one.id}
                            onClick={() =>
                              void run(
                                one.id,
                                () => api.patch(`/phone-numbers/${one.id}`, { active: !one.active }),
                                one.active ? 'Nothing is sent from it.' : 'It sends again.',
                              ).then(() => queries.invalidateQueries({ queryKey: [client.id, '/phone-numbers'] }))
                            }
                          >
                            {one.active ? 'Switch off' : 'Switch on'}
                          </Button>
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
      {adding === 'account' && <AddAccount onClose={() => setAdding(null)} />}
      {adding === 'number' && <AddNumber accounts={rows(accounts.data)} onClose={() => setAdding(null)} />}
    </Card>
  );
}

function AddNumber({ accounts, onClose }: { accounts: ProviderAccount[]; onClose: () => void }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const texting = accounts.filter((one) => one.provider === 'twilio');
  const calling = accounts.filter((one) => one.provider === 'vapi');
  const [account, setAccount] = useState(texting[0]?.id ?? '');
  const [voiceAccount, setVoiceAccount] = useState('');
  const [voiceNumber, setVoiceNumber] = useState('');
  const [forwardTo, setForwardTo] = useState('');
  const [e164, setE164] = useState('');
  const [perSecond, setPerSecond] = useState('10');
  const [cap, setCap] = useState('10000');
  const sending = useSending();
  const { known } = sending;
  return (
    <FormDialog
      title="Add a number"
      action="Add number"
      shape="box"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create('/phone-numbers', {
              provider_account_id: account,
              e164: e164.trim(),
              sms_enabled: true,
              per_second: Number(perSecond),
              daily_cap: Number(cap),
              voice_enabled: voiceAccount !== '',
              voice_account_id: voiceAccount || null,
              voice_number_id: voiceAccount ? voiceNumber.trim() : null,
              forward_to: forwardTo.trim() || null,
              active: true,
            })
            .then(async () => {
              await queries.invalidateQueries({ queryKey: [client.id, '/phone-numbers'] });
              onClose();
            }),
        )
      }
    >
      <Field label="Number" hint="With its country: +12065550100" error={known?.of('e164')}>
        {(props) => (
          <input {...props} className="input num" type="tel" value={e164} onChange={(e) => setE164(e.target.value)} />
        )}
      </Field>
      <Field label="Account" error={known?.of('provider_account_id')}>
        {(props) => (
          <select {...props} className="select" value={account} onChange={(e) => setAccount(e.target.value)}>
            {texting.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="form-grid">
        <Field label="Messages a second" error={known?.of('per_second')}>
          {(props) => (
            <input
              {...props}
              className="input num"
              type="number"
              min={1}
              value={perSecond}
              onChange={(e) => setPerSecond(e.target.value)}
            />
          )}
        </Field>
        <Field label="Messages a day" error={known?.of('daily_cap')}>
          {(props) => (
            <input
              {...props}
              className="input num"
              type="number"
              min={0}
              value={cap}
              onChange={(e) => setCap(e.target.value)}
            />
          )}
        </Field>
      </div>
      {calling.length > 0 && (
        <Field label="Calls" hint="By an assistant at VAPI" error={known?.of('voice_account_id')}>
          {(props) => (
            <select
              {...props}
              className="select"
              value={voiceAccount}
              onChange={(e) => setVoiceAccount(e.target.value)}
            >
              <option value="">None</option>
              {calling.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {voiceAccount && (
        <Field label="Its id at VAPI" error={known?.of('voice_number_id')}>
          {(props) => (
            <input {...props} className="input" value={voiceNumber} onChange={(e) => setVoiceNumber(e.target.value)} />
          )}
        </Field>
      )}
      <Field label="Put calls through to" hint="Where a person answers; may be empty" error={known?.of('forward_to')}>
        {(props) => (
          <input
            {...props}
            className="input num"
            type="tel"
            value={forwardTo}
            onChange={(e) => setForwardTo(e.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}

// ---------------------------------------------------------------- keys

function Keys() {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const keys = useGet<Page<ApiKey>>('/api-keys');
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: [client.id, '/api-keys'] });
  return (
    <Card
      title="API keys"
      flush
      actions={
        <Button size="small" icon="plus" onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      <Loaded query={keys} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="key" title="No keys yet">
              A key lets your own programs send leads in and read what happens.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">API keys</caption>
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Key</th>
                    <th>Role</th>
                    <th>Last used</th>
                    <th>Made</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map((key) => (
                    <tr key={key.id}>
                      <td className="strong">{key.name}</td>
                      <td data-label="Key">
                        <code>{key.prefix}…</code>
                      </td>
                      <td data-label="Role">{words(key.role)}</td>
                      <td data-label="Last used">
                        <When at={key.last_used_at} real otherwise="never" />
                      </td>
                      <td data-label="Made">
                        <When at={key.created_at} real />
                      </td>
                      <td data-num>
                        {key.revoked_at ? (
                          <Badge look={{ word: 'Revoked', tone: 'idle', icon: 'ban' }} />
                        ) : (
                          <Button size="small" kind="danger" onClick={() => setRevoking(key)}>
                            Revoke
                          </Button>
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
      {making && <NewKey onClose={() => setMaking(false)} onDone={() => void refresh()} />}
      {revoking && (
        <Dialog
          title={`Revoke ${revoking.name}?`}
          shape="box"
          onClose={() => setRevoking(null)}
          foot={
            <>
              <Button onClick={() => setRevoking(null)}>Cancel</Button>
              <Button
                kind="danger"
                busy={busy === 'revoke'}
                onClick={() =>
                  void run('revoke', () => api.remove(`/api-keys/${revoking.id}`), 'The key opens nothing any more.').then(
                    () => {
                      setRevoking(null);
                      void refresh();
                    },
                  )
                }
              >
                Revoke
              </Button>
            </>
          }
        >
          <p>
            Whatever uses <code>{revoking.prefix}…</code> stops working within seconds. It cannot be undone.
          </p>
        </Dialog>
      )}
    </Card>
  );
}

function NewKey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { api } = useHere();
  const [name, setName] = useState('');
  const [role, setRole] = useState('admin');
  const [key, setKey] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  return (
    <Dialog
      title={key ? 'Your new key' : 'New API key'}
      shape="box"
      onClose={onClose}
      onSubmit={() => {
        if (key) {
          onClose();
          return;
        }
        setBusy(true);
        setError(null);
        api
          .post<{ key: string }>('/api-keys', { name, role })
          .then((made) => {
            setKey(made.key);
            onDone();
          })
          .catch(setError)
          .finally(() => setBusy(false));
      }}
      foot={
        key ? (
          <Button kind="primary" type="submit">
            I have kept it
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" type="submit" busy={busy}>
              Make key
            </Button>
          </>
        )
      }
    >
      {key ? (
        <>
          <Notice tone="warn" title="This is the only time it is shown">
            Keep it where your program finds it. Whoever has it acts as {role}.
          </Notice>
          <div className="secret">
            <code>{key}</code>
            <CopyButton text={key} label="Copy" />
          </div>
        </>
      ) : (
        <>
          {error !== null && !known?.faults.length && <ErrorNotice error={error} />}
          <Field label="Name" hint="What will use it" error={known?.of('name')}>
            {(props) => <input {...props} className="input" value={name} onChange={(e) => setName(e.target.value)} />}
          </Field>
          <Field label="Role" error={known?.of('role')}>
            {(props) => (
              <select {...props} className="select" value={role} onChange={(e) => setRole(e.target.value)}>
                <option value="member">Member: reads and enrolls</option>
                <option value="admin">Admin: also sequences and senders</option>
                <option value="owner">Owner: everything of this client</option>
              </select>
            )}
          </Field>
        </>
      )}
    </Dialog>
  );
}

// ---------------------------------------------------------------- people

function People() {
  const { api, client, session } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const members = useGet<Page<Member>>('/users');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: [client.id, '/users'] });
  return (
    <Card
      title="People"
      flush
      actions={
        <Button size="small" icon="plus" onClick={() => setAdding(true)}>
          Add person
        </Button>
      }
    >
      <Loaded query={members} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="card-body muted">Only the platform’s administrators see this client.</div>
          ) : (
            <ul>
              {items.map((member) => (
                <li key={member.id} className="mini-row">
                  <div style={{ minWidth: 0 }}>
                    <div className="strong">
                      {member.name} {member.id === session.user.id && <span className="faint">(you)</span>}
                    </div>
                    <div className="small muted clip">{member.email}</div>
                  </div>
                  <span className="row">
                    <span className="tag">{words(member.role)}</span>
                    {member.id !== session.user.id && (
                      <Button
                        size="small"
                        kind="quiet"
                        icon="trash"
                        aria-label={`Remove ${member.name}`}
                        onClick={() => setRemoving(member)}
                      />
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && <AddPerson onClose={() => setAdding(false)} onDone={() => void refresh()} />}
      {removing && (
        <Dialog
          title={`Remove ${removing.name}?`}
          shape="box"
          onClose={() => setRemoving(null)}
          foot={
            <>
              <Button onClick={() => setRemoving(null)}>Cancel</Button>
              <Button
                kind="danger"
                busy={busy === 'remove'}
                onClick={() =>
                  void run('remove', () => api.remove(`/users/${removing.id}`), 'They are signed out.').then(() => {
                    setRemoving(null);
                    void refresh();
                  })
                }
              >
                Remove
              </Button>
            </>
          }
        >
          <p>
            They no longer see {client.name} and are signed out at once. What they did stays in the records.
          </p>
        </Dialog>
      )}
    </Card>
  );
}

function AddPerson({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { api } = useHere();
  const say = useToast();
  const [form, setForm] = useState({ name: '', email: '', password: '', role: 'member' });
  const sending = useSending();
  const { known } = sending;
  const text = (name: 'name' | 'email' | 'password', label: string, type: string, hint?: string) => (
    <Field label={label} hint={hint} error={known?.of(name)}>
      {(props) => (
        <input
          {...props}
          className="input"
          type={type}
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          value={form[name]}
          onChange={(event) => setForm({ ...form, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <FormDialog
      title="Add a person"
      action="Add"
      shape="box"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create('/users', form)
            .then(() => {
              say(`${form.name} may sign in.`);
              onDone();
              onClose();
            }),
        )
      }
    >
      {text('name', 'Name', 'text')}
      {text('email', 'E-mail', 'email')}
      {text('password', 'First password', 'password', 'At least 10 characters; tell it to them in person')}
      <Field label="Role" error={known?.of('role')}>
        {(props) => (
          <select
            {...props}
            className="select"
            value={form.role}
            onChange={(event) => setForm({ ...form, role: event.target.value })}
          >
            <option value="member">Member: works with contacts</option>
            <option value="admin">Admin: also sequences, senders, keys</option>
            <option value="owner">Owner</option>
          </select>
        )}
      </Field>
      <p className="small muted row">
        <Icon name="shield" />
        They see this client only.
      </p>
    </FormDialog>
  );
}
