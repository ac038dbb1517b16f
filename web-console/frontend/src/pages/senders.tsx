import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rows, useHere, useList } from '../api/hooks';
import type { Mailbox, ProviderAccount } from '../api/types';
import { number } from '../format/words';
import { Badge, Button, Card, Empty, Field, FormDialog, Loaded, useAction, useSending } from '../ui/parts';

/** What each provider is asked for, besides a name and a secret. */
const PROVIDERS = {
  twilio: { label: 'Twilio (SMS)', user: 'Account SID', userHint: 'Begins with AC', secret: 'Auth token' },
  vapi: { label: 'VAPI (calls)', user: null, userHint: undefined, secret: 'Private key' },
  smtp: {
    label: 'Mail server (SMTP)',
    user: 'User name',
    userHint: 'Empty where the server asks for none',
    secret: 'Password',
  },
  resend: { label: 'Resend', user: null, userHint: undefined, secret: 'API key' },
  sendgrid: { label: 'SendGrid', user: null, userHint: undefined, secret: 'API key' },
  postmark: { label: 'Postmark', user: null, userHint: undefined, secret: 'Server token' },
  mailgun: { label: 'Mailgun', user: 'SMTP user name', userHint: undefined, secret: 'SMTP password' },
  ses: { label: 'Amazon SES', user: 'SMTP user name', userHint: undefined, secret: 'SMTP password' },
} as const;

type Provider = keyof typeof PROVIDERS;

const WEBHOOK_SECRET: Partial<Record<Provider, string>> = {
  vapi: 'The server secret you set at VAPI',
  sendgrid: 'The verification key of its event webhook',
  mailgun: 'The HTTP webhook signing key',
  resend: 'The signing secret, whsec_…',
  postmark: 'user:password, as in the webhook’s address',
};

export const sendsMail = (account: ProviderAccount) => account.provider !== 'twilio' && account.provider !== 'vapi';

export function AddAccount({ onClose }: { onClose: () => void }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const [provider, setProvider] = useState<Provider>('twilio');
  const [form, setForm] = useState({
    name: '',
    account_sid: '',
    auth_token: '',
    base_url: '',
    webhook_secret: '',
    host: '',
    port: '',
    tls: 'starttls',
    concurrency: '',
    topic_arn: '',
  });
  const sending = useSending();
  const { known } = sending;
  const asked = PROVIDERS[provider];
  const byServer = provider === 'smtp' || provider === 'ses';
  const text = (name: keyof typeof form, label: string, hint?: string, type = 'text') => (
    <Field label={label} hint={hint} error={known?.of(name) ?? known?.of(`settings.${name}`)}>
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
  const settings = () => ({
    ...(byServer && { host: form.host.trim(), tls: form.tls }),
    ...(byServer && form.port && { port: Number(form.port) }),
    ...(provider === 'ses' && form.topic_arn.trim() && { topic_arn: form.topic_arn.trim() }),
    ...(provider === 'vapi' && form.concurrency && { concurrency: Number(form.concurrency) }),
  });
  return (
    <FormDialog
      title="Add an account"
      action="Add account"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create('/provider-accounts', {
              provider,
              name: form.name,
              account_sid: asked.user === null ? null : form.account_sid.trim(),
              auth_token: form.auth_token.trim() || null,
              base_url: form.base_url.trim() || null,
              settings: settings(),
              webhook_secret: form.webhook_secret.trim() || null,
              active: true,
            })
            .then(async () => {
              await queries.invalidateQueries({ queryKey: [client.id, '/provider-accounts'] });
              onClose();
            }),
        )
      }
    >
      <Field label="Provider" error={known?.of('provider')}>
        {(props) => (
          <select
            {...props}
            className="select"
            value={provider}
            onChange={(event) => setProvider(event.target.value as Provider)}
          >
            {Object.entries(PROVIDERS).map(([name, one]) => (
              <option key={name} value={name}>
                {one.label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {text('name', 'Name', 'What you call it')}
      {byServer && (
        <div className="form-grid">
          {text('host', 'Server', 'Such as mail.example.com')}
          {text('port', 'Port', 'Usually 587', 'number')}
        </div>
      )}
      {byServer && (
        <Field label="Encryption" error={known?.of('settings.tls')}>
          {(props) => (
            <select
              {...props}
              className="select"
              value={form.tls}
              onChange={(event) => setForm({ ...form, tls: event.target.value })}
            >
              <option value="starttls">STARTTLS</option>
              <option value="tls">TLS from the start (port 465)</option>
              <option value="none">None</option>
            </select>
          )}
        </Field>
      )}
      {asked.user !== null && text('account_sid', asked.user, asked.userHint)}
      {text('auth_token', asked.secret, 'Never shown again', 'password')}
      {provider === 'vapi' && text('concurrency', 'Calls at once', 'As your plan allows; 10 where it is empty', 'number')}
      {provider === 'ses' && text('topic_arn', 'SNS topic', 'On which SES reports')}
      {WEBHOOK_SECRET[provider] && text('webhook_secret', 'Webhook secret', WEBHOOK_SECRET[provider], 'password')}
      {(provider === 'twilio' || provider === 'vapi' || provider === 'resend') &&
        text('base_url', 'Address of its API', 'Only where it is not the provider’s own')}
    </FormDialog>
  );
}

export function Mailboxes({ may }: { may: boolean }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const mailboxes = useList<Mailbox>('/mailboxes', { limit: 100 });
  const accounts = useList<ProviderAccount>('/provider-accounts', { limit: 100 });
  const byMail = rows(accounts.data).filter(sendsMail);
  const all = rows(mailboxes.data);
  const [adding, setAdding] = useState(false);
  const accountName = (id: string) => rows(accounts.data).find((one) => one.id === id)?.name ?? 'Account';
  return (
    <Card
      title="Mailboxes"
      flush
      actions={
        may &&
        byMail.length > 0 && (
          <Button size="small" icon="plus" onClick={() => setAdding(true)}>
            Mailbox
          </Button>
        )
      }
    >
      <Loaded query={mailboxes} lines={2}>
        {() =>
          all.length === 0 ? (
            <Empty icon="inbox" title="No mail goes out">
              Add an account at a mail server or an e-mail provider, then the addresses you write from.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">Mailboxes</caption>
                <thead>
                  <tr>
                    <th>Address</th>
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
                      <td className="strong">
                        {one.address}
                        {one.display_name && <div className="faint">{one.display_name}</div>}
                      </td>
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
                              ? one.warmup_from
                                ? { word: `Warming up since ${one.warmup_from}`, tone: 'warn', icon: 'clock' }
                                : { word: 'Active', tone: 'good', icon: 'check' }
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
                                () => api.patch(`/mailboxes/${one.id}`, { active: !one.active }),
                                one.active ? 'Nothing is sent from it.' : 'It sends again.',
                              ).then(() => queries.invalidateQueries({ queryKey: [client.id, '/mailboxes'] }))
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
      {adding && <AddMailbox accounts={byMail} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function AddMailbox({ accounts, onClose }: { accounts: ProviderAccount[]; onClose: () => void }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const [form, setForm] = useState({
    account: accounts[0]?.id ?? '',
    address: '',
    display_name: client.name,
    reply_to: '',
    per_second: '5',
    daily_cap: '2000',
    warmup_from: '',
  });
  const sending = useSending();
  const { known } = sending;
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
  return (
    <FormDialog
      title="Add a mailbox"
      action="Add mailbox"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create('/mailboxes', {
              provider_account_id: form.account,
              address: form.address.trim(),
              display_name: form.display_name.trim(),
              reply_to: form.reply_to.trim() || null,
              per_second: Number(form.per_second),
              daily_cap: Number(form.daily_cap),
              warmup_from: form.warmup_from || null,
              active: true,
            })
            .then(async () => {
              await queries.invalidateQueries({ queryKey: [client.id, '/mailboxes'] });
              onClose();
            }),
        )
      }
    >
      {text('address', 'Address', undefined, 'email')}
      {text('display_name', 'Name', 'As people see it')}
      <Field label="Account" error={known?.of('provider_account_id')}>
        {(props) => (
          <select
            {...props}
            className="select"
            value={form.account}
            onChange={(event) => setForm({ ...form, account: event.target.value })}
          >
            {accounts.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {text('reply_to', 'Answers go to', 'Empty: to the address itself', 'email')}
      <div className="form-grid">
        {text('per_second', 'Mails a second', undefined, 'number')}
        {text('daily_cap', 'Mails a day', undefined, 'number')}
      </div>
      {text('warmup_from', 'Warm up from', 'For a new address: its days begin small. Empty: it is known', 'date')}
    </FormDialog>
  );
}
