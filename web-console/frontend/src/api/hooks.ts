import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { Api, type Page, type Query, call } from './client';
import type { Session, SessionClient } from './types';

export interface Here {
  api: Api;
  client: SessionClient;
  session: Session;
  /** The address of a page of this client. */
  path: (to: string) => string;
  live: LiveState;
}

export type LiveState = 'live' | 'polling' | 'offline';

export const HereContext = createContext<Here | null>(null);

/** The client that is being looked at, and how to ask on its behalf. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) {
    throw new Error('There is no client around this component');
  }
  return here;
}

/** How often lists are asked for where no live feed tells of changes. */
function pollEvery(live: LiveState): number | false {
  return live === 'live' ? 60_000 : 5_000;
}

export function useGet<T>(path: string | null, query?: Query, options: { every?: number } = {}) {
  const { api, client, live } = useHere();
  return useQuery({
    queryKey: [client.id, path, query ?? {}],
    queryFn: ({ signal }) => api.get<T>(path ?? '', query, signal),
    enabled: path !== null,
    placeholderData: keepPreviousData,
    refetchInterval: options.every ?? pollEvery(live),
  });
}

/** A list by cursor, page after page. */
export function useList<T>(path: string | null, query: Query = {}) {
  const { api, client, live } = useHere();
  return useInfiniteQuery<Page<T>, Error, InfiniteData<Page<T>>, unknown[], string | null>({
    queryKey: [client.id, path, 'list', query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path ?? '', { ...query, cursor: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: path !== null,
    placeholderData: keepPreviousData,
    refetchInterval: pollEvery(live),
  });
}

export function rows<T>(data: InfiniteData<Page<T>> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

/** Of the simulated providers: not under /api, and only for the operator of a demonstration. */
export function useSandbox<T>(path: string, every: number | false = 4_000) {
  return useQuery({
    queryKey: ['sandbox', path],
    queryFn: ({ signal }) => call<T>('GET', `/sandbox${path}`, { signal }),
    refetchInterval: every,
  });
}
