import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { WebhookDelivery, WebhookEndpoint } from '../api/types';
import { type Look, count, words } from '../format/words';
import {
  Badge,
  Button,
  Card,
  CopyButton,
  Dialog,
  Empty,
  Field,
  FormDialog,
  Loaded,
  MoreButton,
  Notice,
  PageHead,
  useAction,
  useSending,
  useTitle,
} from '../ui/parts';
import { When } from '../ui/time';

const STATE: Record<WebhookDelivery['state'], Look> = {
  pending: { word: 'Waiting', tone: 'warn', icon: 'clock' },
  delivered: { word: 'Taken', tone: 'good', icon: 'check' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
};

function endpointLook(one: WebhookEndpoint): Look {
  if (!one.active) {
    return { word: one.disabled_reason ? 'Switched off' : 'Off', tone: one.disabled_reason ? 'bad' : 'idle', icon: 'pause' };
  }
  return one.failing_since
    ? { word: 'Failing', tone: 'warn', icon: 'alert' }
    : { word: 'Active', tone: 'good', icon: 'check' };
}

/** Where this client's own systems hear what happens, and how that went. */
export function Webhooks() {
  useTitle('Webhooks');
  const { client, session, path } = useHere();
  const may = session.user.platform_admin || client.role !== 'member';
  return (
    <>
      <PageHead title="Webhooks" back={{ to: path('/settings'), word: 'Settings' }}>
        <p>What happens here is told to your systems, signed by the Standard Webhooks scheme.</p>
      </PageHead>
      <div className="stack" data-gap="large">
        <Endpoints may={may} />
        <Deliveries />
      </div>
    </>
  );
}

function Endpoints({ may }: { may: boolean }) {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const list = useList<WebhookEndpoint>('/webhook-endpoints', { limit: 50 });
  const all = rows(list.data);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [at, where] }) =>
        at === client.id && typeof where === 'string' && where.startsWith('/webhook-'),
    });
  return (
    <Card
      title="Endpoints"
      flush
      actions={
        may && (
          <span className="actions">
            <Button
              size="small"
              icon="key"
              busy={busy === 'step'}
              title="What the calls of webhook steps are signed with"
              onClick={() =>
                void run('step', async () => {
                  const made = await api.post<{ secret: string }>('/webhook-endpoints/step-secret');
                  setSecret(made.secret);
                }, 'Calls of steps are signed with the new secret from now on.')
              }
            >
              New secret for steps
            </Button>
            <Button size="small" icon="plus" onClick={() => setAdding(true)}>
              Endpoint
            </Button>
          </span>
        )
      }
    >
      <Loaded query={list} lines={2}>
        {() =>
          all.length === 0 ? (
            <Empty icon="code" title="Nobody is told">
              Add the address of a system of yours, and choose what it should hear of.
            </Empty>
          ) : (
            <ul>
              {all.map((one) => (
                <li key={one.id} className="mini-row" style={{ alignItems: 'flex-start' }}>
                  <div style={{ minWidth: 0 }}>
                    <span className="row">
                      <Badge look={endpointLook(one)} />
                      <span className="strong" style={{ overflowWrap: 'anywhere' }}>
                        {one.url}
                      </span>
                    </span>
                    <div className="small muted">
                      {one.description && `${one.description} · `}
                      {one.event_types.length === 0 ? 'hears everything' : one.event_types.join(', ')}
                    </div>
                    {one.disabled_reason && !one.active && (
                      <div className="small" style={{ color: 'var(--bad)' }}>
                        {one.disabled_reason}. <When at={one.disabled_at} real />
                      </div>
                    )}
                    {one.active && one.failing_since && (
                      <div className="small" style={{ color: 'var(--warn)' }}>
                        It has taken nothing since <When at={one.failing_since} real />
                      </div>
                    )}
                  </div>
                  {may && (
                    <span className="actions">
                      {one.active && (
                        <Button
                          size="small"
                          busy={busy === `test ${one.id}`}
                          onClick={() =>
                            void run(
                              `test ${one.id}`,
                              () => api.post(`/webhook-endpoints/${one.id}/test`),
                              'A ping is on its way; see the log.',
                            ).then(refresh)
                          }
                        >
                          Ping
                        </Button>
                      )}
                      <Button
                        size="small"
                        busy={busy === one.id}
                        onClick={() =>
                          void run(
                            one.id,
                            () => api.patch(`/webhook-endpoints/${one.id}`, { active: !one.active }),
                            one.active ? 'It is told nothing more.' : 'It is told again.',
                          ).then(refresh)
                        }
                      >
                        {one.active ? 'Switch off' : 'Switch on'}
                      </Button>
                      <Button
                        size="small"
                        icon="key"
                        aria-label={`New secret for ${one.url}`}
                        onClick={() =>
                          void run(`secret ${one.id}`, async () => {
                            const made = await api.post<{ secret: string }>(`/webhook-endpoints/${one.id}/secret`);
                            setSecret(made.secret);
                          }, 'The old secret ends now.')
                        }
                      />
                      <Button
                        size="small"
                        icon="trash"
                        aria-label={`Remove ${one.url}`}
                        busy={busy === `remove ${one.id}`}
                        onClick={() => {
                          if (window.confirm(`Remove ${one.url} and its log?`)) {
                            void run(
                              `remove ${one.id}`,
                              () => api.remove(`/webhook-endpoints/${one.id}`),
                              'Removed.',
                            ).then(refresh);
                          }
                        }}
                      />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && (
        <AddEndpoint
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false);
            setSecret(made);
            void refresh();
          }}
        />
      )}
      {secret !== null && (
        <Dialog
          title="Its secret"
          shape="box"
          onClose={() => setSecret(null)}
          foot={
            <Button kind="primary" onClick={() => setSecret(null)}>
              I have kept it
            </Button>
          }
        >
          <p>Your system verifies with it that a call comes from here. It is shown this once.</p>
          <p className="row">
            <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
            <CopyButton text={secret} label="Copy the secret" />
          </p>
        </Dialog>
      )}
    </Card>
  );
}

function AddEndpoint({ onClose, onAdded }: { onClose: () => void; onAdded: (secret: string) => void }) {
  const { api } = useHere();
  const types = useGet<{ items: string[] }>('/webhook-endpoints/event-types');
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const sending = useSending();
  const { known } = sending;
  const toggle = (type: string) => {
    const next = new Set(chosen);
    if (!next.delete(type)) {
      next.add(type);
    }
    setChosen(next);
  };
  return (
    <FormDialog
      title="Add an endpoint"
      action="Add"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create<{ secret: string }>('/webhook-endpoints', {
              url: url.trim(),
              description: description.trim() || null,
              event_types: [...chosen],
            })
            .then((made) => onAdded(made.secret)),
        )
      }
    >
      <Field label="Address" hint="Reachable from the internet; it gets POSTs" error={known?.of('url')}>
        {(props) => (
          <input
            {...props}
            className="input"
            type="url"
            placeholder="https://example.com/hook"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </Field>
      <Field label="What it is" error={known?.of('description')}>
        {(props) => (
          <input
            {...props}
            className="input"
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
      <fieldset className="stack" data-gap="small" style={{ border: 0, padding: 0, margin: 0 }}>
        <legend className="label">It hears of</legend>
        <p className="small muted">{chosen.size === 0 ? 'Everything, unless you choose.' : count(chosen.size, 'kind')}</p>
        {(types.data?.items ?? []).map((type) => (
          <label key={type} className="check">
            <input type="checkbox" checked={chosen.has(type)} onChange={() => toggle(type)} />
            <span>
              {words(type)} <code className="small faint">{type}</code>
            </span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}

function Deliveries() {
  const { api, client } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const [params, setParams] = useSearchParams();
  const state = params.get('state') ?? '';
  const list = useList<WebhookDelivery>('/webhook-deliveries', { limit: 50, state });
  const all = rows(list.data);
  return (
    <Card title="What was told" flush>
      <div className="chips" role="group" aria-label="State" style={{ padding: 'var(--s3) var(--s4)' }}>
        {[
          ['', 'All'],
          ['pending', 'Waiting'],
          ['delivered', 'Taken'],
          ['failed', 'Failed'],
        ].map(([key, word]) => (
          <button
            key={key}
            type="button"
            className="chip"
            aria-pressed={state === key}
            onClick={() => setParams(key ? { state: key } : {})}
          >
            {word}
          </button>
        ))}
      </div>
      <Loaded query={list} lines={4}>
        {() =>
          all.length === 0 ? (
            <Empty icon="code" title="Nothing here">
              What is told to your endpoints, and the calls of webhook steps, stand here for 30 days.
            </Empty>
          ) : (
            <div className="table-wrap">
              <table className="table cards">
                <caption className="visually-hidden">Deliveries</caption>
                <thead>
                  <tr>
                    <th>Event</th>
                    <th>To</th>
                    <th>State</th>
                    <th data-num>Tries</th>
                    <th>When</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.id}>
                      <td className="strong">{one.event_type}</td>
                      <td data-label="To" className="clip" style={{ maxWidth: '16rem' }}>
                        {one.endpoint_url ?? <span className="muted">the address of a step</span>}
                      </td>
                      <td data-label="State">
                        <Badge look={STATE[one.state]} />
                        <div className="small muted">
                          {one.error ?? (one.status === null ? '' : `HTTP ${one.status}`)}
                          {one.state === 'pending' && one.tries > 0 && one.next_at && (
                            <>
                              {' '}
                              · again <When at={one.next_at} real />
                            </>
                          )}
                        </div>
                      </td>
                      <td data-label="Tries" data-num>
                        {one.tries}
                      </td>
                      <td data-label="When">
                        <When at={one.created_at} real />
                      </td>
                      <td data-num>
                        {one.endpoint_id && one.state !== 'pending' && (
                          <Button
                            size="small"
                            icon="retry"
                            busy={busy === one.id}
                            onClick={() =>
                              void run(
                                one.id,
                                () => api.post(`/webhook-deliveries/${one.id}/redeliver`),
                                'It is told again.',
                              ).then(() => queries.invalidateQueries({ queryKey: [client.id, '/webhook-deliveries'] }))
                            }
                          >
                            Redeliver
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
      <MoreButton query={list} />
    </Card>
  );
}

/** In the settings: how many there are, and whether one is in trouble. */
export function WebhooksCard() {
  const { path } = useHere();
  const list = useList<WebhookEndpoint>('/webhook-endpoints', { limit: 50 });
  const all = rows(list.data);
  const off = all.filter((one) => !one.active && one.disabled_reason);
  return (
    <Card
      title="Webhooks"
      actions={
        <Link className="link small" to={path('/settings/webhooks')}>
          Endpoints and log
        </Link>
      }
    >
      <Loaded query={list} lines={1}>
        {() => (
          <>
            {off.length > 0 && (
              <Notice tone="warn" title={`${count(off.length, 'endpoint')} switched off`}>
                Too much was not taken. Switch on again what is well by now.
              </Notice>
            )}
            <p className="muted">
              {all.length === 0
                ? 'None of your systems is told what happens here.'
                : `${count(all.length, 'endpoint')} of yours ${all.length === 1 ? 'is' : 'are'} told what happens here.`}
            </p>
          </>
        )}
      </Loaded>
    </Card>
  );
}
