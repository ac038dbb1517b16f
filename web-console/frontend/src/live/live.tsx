import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, useContext, useEffect, useState } from 'react';
import type { LiveState } from '../api/hooks';
import type { LiveItem } from '../api/types';

const KEEP = 60;
/** Lists are asked for again at most this often, however much happens. */
const REFRESH_EVERY = 1_500;

interface Feed {
  items: LiveItem[];
  /** How many things happened since the page was opened. */
  total: number;
}

const EMPTY: Feed = { items: [], total: 0 };
const FeedContext = createContext<Feed>(EMPTY);

export function useFeed(): Feed {
  return useContext(FeedContext);
}

/** What part of the data an event makes stale, as the first words of paths. */
export function stale(type: string): string[] {
  if (type.startsWith('contact.') || type.startsWith('phone.') || type.startsWith('lead.')) {
    return ['/contacts'];
  }
  if (type.startsWith('enrollment.') || type.startsWith('step.') || type.startsWith('outcome.')) {
    return ['/enrollments', '/sequences'];
  }
  if (type.startsWith('healing.')) {
    return ['/healing', '/enrollments'];
  }
  if (type.startsWith('opt_')) {
    return ['/suppressions', '/contacts/', '/enrollments', '/sequences'];
  }
  // a message changes its person's page, not the list of people
  return ['/contacts/', '/dispatches', '/enrollments', '/sequences'];
}

/** Follows a client's feed; where that cannot be had, the queries poll. */
export function LiveFeed({
  clientId,
  onState,
  children,
}: {
  clientId: string;
  onState: (state: LiveState) => void;
  children: ReactNode;
}) {
  const queries = useQueryClient();
  const [feed, setFeed] = useState<Feed>(EMPTY);

  useEffect(() => {
    setFeed(EMPTY);
    const source = new EventSource(`/api/v1/events?client_id=${clientId}`);
    const touched = new Set<string>();
    let arrived: LiveItem[] = [];
    let more = 0;
    let wasOpen = false;

    const refresh = (everything: boolean) => {
      void queries.invalidateQueries({
        predicate: ({ queryKey: [client, path] }) =>
          client === clientId &&
          typeof path === 'string' &&
          (everything || [...touched].some((part) => path.startsWith(part))),
      });
      touched.clear();
    };

    const timer = window.setInterval(() => {
      if (document.hidden || (arrived.length === 0 && more === 0)) {
        return;
      }
      const now = arrived;
      const others = more;
      arrived = [];
      more = 0;
      setFeed((before) => ({
        items: [...now.reverse(), ...before.items].slice(0, KEEP),
        total: before.total + now.length + others,
      }));
      refresh(false);
    }, REFRESH_EVERY);

    source.addEventListener('hello', () => {
      onState('live');
      if (wasOpen) {
        // what happened while the line was down is in the lists
        refresh(true);
      }
      wasOpen = true;
    });
    source.addEventListener('happened', (event) => {
      const told = JSON.parse((event as MessageEvent<string>).data) as { items: LiveItem[]; more: number };
      for (const item of told.items) {
        stale(item.type).forEach((part) => touched.add(part));
      }
      arrived = [...arrived, ...told.items].slice(-KEEP);
      more += told.more;
    });
    source.addEventListener('missed', () => refresh(true));
    source.onerror = () => onState(navigator.onLine ? 'polling' : 'offline');
    return () => {
      source.close();
      window.clearInterval(timer);
    };
  }, [clientId, onState, queries]);

  return <FeedContext.Provider value={feed}>{children}</FeedContext.Provider>;
}
