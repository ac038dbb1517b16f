import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Page } from '../api/client';
import { useGet, useHere } from '../api/hooks';
import type { Notification } from '../api/types';
import { Icon } from './icon';
import { Button, Menu, useAction } from './parts';
import { When } from './time';

const TONE: Record<Notification['priority'], string> = {
  low: 'idle',
  normal: 'info',
  high: 'warn',
  urgent: 'bad',
};

/** What the team is told, from everywhere. */
export function Bell() {
  const { api, client, path } = useHere();
  const queries = useQueryClient();
  const { busy, run } = useAction();
  const unread = useGet<{ unread: number }>('/notifications/unread', undefined, { every: 10_000 });
  const list = useGet<Page<Notification>>('/notifications', { limit: 20 }, { every: 15_000 });
  const items = list.data?.items ?? [];
  const n = unread.data?.unread ?? 0;
  const refresh = () =>
    queries.invalidateQueries({
      predicate: ({ queryKey: [at, where] }) =>
        at === client.id && typeof where === 'string' && where.startsWith('/notifications'),
    });
  const put = (one: Notification, what: 'read' | 'dismiss') =>
    api
      .post(`/notifications/${one.id}/${what}`)
      .catch(() => undefined)
      .then(refresh);
  return (
    <Menu
      label="Notifications"
      trigger={(props) => (
        <button
          type="button"
          className="button bell"
          data-kind="quiet"
          data-icon
          aria-label={n === 0 ? 'Notifications' : `Notifications: ${n >= 100 ? 'many' : n} unread`}
          {...props}
        >
          <Icon name="bell" size={18} />
          {n > 0 && (
            <span className="bell-count num" aria-hidden="true">
              {n >= 100 ? '99+' : n}
            </span>
          )}
        </button>
      )}
    >
      {(close) => (
        <div className="bell-list" role="presentation">
          {items.length === 0 ? (
            <p className="muted small" style={{ padding: 'var(--s3)' }}>
              Nothing new. What a step tells the team stands here.
            </p>
          ) : (
            <>
              {items.map((one) => (
                <div key={one.id} className="bell-item" data-unread={one.read_at === null || undefined}>
                  <span className="feed-mark" data-tone={TONE[one.priority]}>
                    <Icon name={one.priority === 'urgent' || one.priority === 'high' ? 'alert' : 'bell'} />
                  </span>
                  <div style={{ minWidth: 0 }}>
                    {one.link ? (
                      <Link
                        className="strong"
                        role="menuitem"
                        to={path(one.link)}
                        onClick={() => {
                          close();
                          void put(one, 'read');
                        }}
                      >
                        {one.title}
                      </Link>
                    ) : (
                      <span className="strong">{one.title}</span>
                    )}
                    {one.detail && <div className="small muted">{one.detail}</div>}
                    <div className="small faint">
                      <When at={one.at} />
                    </div>
                  </div>
                  <Button
                    kind="quiet"
                    size="small"
                    icon="cross"
                    role="menuitem"
                    aria-label={`Put away: ${one.title}`}
                    onClick={() => void put(one, 'dismiss')}
                  />
                </div>
              ))}
              <Button
                kind="quiet"
                size="small"
                role="menuitem"
                busy={busy === 'all'}
                onClick={() =>
                  void run('all', () => api.post('/notifications/dismiss-all'), 'All put away.').then(refresh)
                }
              >
                Put all away
              </Button>
            </>
          )}
        </div>
      )}
    </Menu>
  );
}
