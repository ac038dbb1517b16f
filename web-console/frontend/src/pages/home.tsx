import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Page } from '../api/client';
import { rows, useGet, useHere, useList } from '../api/hooks';
import type { Dispatch, DispatchSummary, Enrollment, Sequence } from '../api/types';
import { number } from '../format/words';
import { useFeed } from '../live/live';
import { asItem, sentence } from '../live/sentence';
import { Icon } from '../ui/icon';
import { Avatar, Card, Empty, Figure, LinkButton, Loaded, PageHead, State, useTitle } from '../ui/parts';
import { When } from '../ui/time';

export function Home() {
  const { client, path } = useHere();
  useTitle('Home');
  const sequences = useList<Sequence>('/sequences', { limit: 100 });
  const summary = useGet<DispatchSummary>('/dispatches/summary');
  const all = rows(sequences.data);
  const sum = (status: string) => all.reduce((total, one) => total + (one.counters[status] ?? 0), 0);
  const state = (name: string) => (summary.data ? (summary.data.states[name] ?? 0) : null);
  const waiting = sequences.data ? null : '–';
  return (
    <>
      <PageHead title={`Hello, ${client.name}`}>
        <p>What your sequences are doing, as it happens. Every number opens its rows.</p>
      </PageHead>
      <div className="stack" data-gap="large">
        <div className="figures">
          <Figure
            label="Active"
            icon="play"
            value={waiting ?? number(sum('active'))}
            note="people on their way"
            to={path('/enrollments?status=active')}
          />
          <Figure
            label="Sent"
            icon="send"
            value={number(state('accepted'))}
            note="last 24 h"
            to={path('/operations?state=accepted')}
          />
          <Figure
            label="Replied"
            icon="reply"
            tone={sum('replied') ? 'good' : undefined}
            value={waiting ?? number(sum('replied'))}
            note="people, in all"
            to={path('/enrollments?status=replied')}
          />
          <Figure
            label="Booked"
            icon="calendar"
            tone={sum('booked') + sum('converted') ? 'good' : undefined}
            value={waiting ?? number(sum('booked') + sum('converted'))}
            note="or converted"
            to={path('/enrollments?status=booked')}
          />
          <Figure
            label="Held"
            icon="clock"
            value={number(state('given_back'))}
            note="caps and windows, 24 h"
            to={path('/operations?state=given_back')}
          />
          <Figure
            label="Failed"
            icon="cross"
            tone={(state('rejected') ?? 0) + (state('not_sent') ?? 0) ? 'bad' : undefined}
            value={summary.data ? number((state('rejected') ?? 0) + (state('not_sent') ?? 0)) : '–'}
            note="refused or not sent, 24 h"
            to={path('/operations?state=rejected')}
          />
          <Figure
            label="Unknown"
            icon="question"
            tone={(state('unknown') ?? 0) + (state('quarantined') ?? 0) ? 'warn' : undefined}
            value={summary.data ? number((state('unknown') ?? 0) + (state('quarantined') ?? 0)) : '–'}
            note="being found out"
            to={path('/operations?state=unknown')}
          />
        </div>
        <div className="split">
          <Feed />
          <div className="stack">
            <NeedsYou />
            <Card title="Sequences" flush actions={<Link className="link small" to={path('/sequences')}>All</Link>}>
              <Loaded query={sequences}>
                {() =>
                  all.length === 0 ? (
                    <Empty
                      icon="sequence"
                      title="No sequence yet"
                      actions={
                        <LinkButton to={path('/sequences?new=1')} icon="plus" kind="primary">
                          Write the first one
                        </LinkButton>
                      }
                    >
                      A sequence is what you say to a new lead, and when.
                    </Empty>
                  ) : (
                    <ul>
                      {all.slice(0, 6).map((sequence) => (
                        <li key={sequence.id} className="mini-row">
                          <Link className="clip strong" to={path(`/sequences/${sequence.id}`)}>
                            {sequence.name}
                          </Link>
                          <span className="num small muted nowrap">
                            {number(sequence.counters.active ?? 0)} active
                          </span>
                        </li>
                      ))}
                    </ul>
                  )
                }
              </Loaded>
            </Card>
          </div>
        </div>
      </div>
    </>
  );
}

/** Who waits for a person. When nobody does, it says so. */
function NeedsYou() {
  const { path } = useHere();
  const needs = useList<Enrollment>('/enrollments', { needs_human: true, limit: 5 });
  const people = rows(needs.data);
  return (
    <Card title="Needs you now" flush>
      <Loaded query={needs} lines={2}>
        {() =>
          people.length === 0 ? (
            <div className="card-body row">
              <span className="feed-mark" data-tone="good">
                <Icon name="check" />
              </span>
              <span className="muted">Nobody waits for a person.</span>
            </div>
          ) : (
            <ul>
              {people.map((one) => (
                <li key={one.id} className="mini-row">
                  <Link className="person" to={path(`/enrollments/${one.id}`)}>
                    <Avatar name={one.contact_name ?? '?'} />
                    <div>
                      <div className="strong clip">{one.contact_name ?? one.contact.phone}</div>
                      <div className="small muted clip">{one.sequence_name}</div>
                    </div>
                  </Link>
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

function Feed() {
  const { api, client, path, live } = useHere();
  const feed = useFeed();
  // what went before this page was opened; asked for once, the rest arrives by itself
  const before = useQuery({
    queryKey: [client.id, 'before'],
    queryFn: ({ signal }) => api.get<Page<Dispatch>>('/dispatches', { limit: 20 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const items = [...feed.items, ...(before.data?.items ?? []).map(asItem)];
  return (
    <Card
      title="As it happens"
      flush
      note={
        feed.total > 0 ? <span className="num">{number(feed.total)} since you opened this page</span> : undefined
      }
    >
      {items.length === 0 ? (
        <Empty icon="pulse" title={live === 'live' ? 'Listening' : 'No live line right now'}>
          {live === 'live'
            ? 'Messages, deliveries, replies and healings appear here the moment they happen.'
            : 'The numbers above are asked for every few seconds until the line is back.'}
        </Empty>
      ) : (
        <ul className="feed" aria-live="off">
          {items.slice(0, 30).map((item) => {
            const { tone, icon, says } = sentence(item);
            const to = item.enrollment_id
              ? path(`/enrollments/${item.enrollment_id}`)
              : item.contact_id
                ? path(`/contacts/${item.contact_id}`)
                : null;
            const who = item.contact_name ?? 'Someone';
            return (
              <li key={item.id}>
                <span className="feed-mark" data-tone={tone}>
                  <Icon name={icon} />
                </span>
                <div>
                  {to ? (
                    <Link className="strong" to={to}>
                      {who}
                    </Link>
                  ) : (
                    <span className="strong">{who}</span>
                  )}{' '}
                  {says}
                  {item.sequence_name && <div className="small faint clip">{item.sequence_name}</div>}
                </div>
                <When at={item.at} />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
