import { type ReactNode, createContext, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { FleetClock } from '../api/types';
import { clockTime, exact, relative, shortDay, zoneCity } from '../format/time';

interface Clock {
  /** Fleet time in epoch milliseconds. */
  now: () => number;
  rate: number;
}

const ClockContext = createContext<Clock>({ now: () => Date.now(), rate: 1 });
const TickContext = createContext(0);

/**
 * The fleet's clock as last heard, carried on by this machine's own: what people feel (steps, windows, messages) is told in fleet
 * time, which runs faster in a demonstration.
 */
export function FleetTime({ clock, children }: { clock: FleetClock | undefined; children: ReactNode }) {
  const anchor = useRef({ fleet: Date.now(), at: Date.now(), rate: 1 });
  const [rate, setRate] = useState(1);
  const [tick, setTick] = useState(0);
  useEffect(() => {
    if (clock) {
      anchor.current = { fleet: Date.parse(clock.now), at: Date.now(), rate: clock.rate };
      setRate(clock.rate);
      setTick((n) => n + 1);
    }
  }, [clock]);
  useEffect(() => {
    const every = window.setInterval(() => setTick((n) => n + 1), rate > 10 ? 1000 : 5000);
    return () => window.clearInterval(every);
  }, [rate]);
  const value = useMemo<Clock>(
    () => ({
      now: () => anchor.current.fleet + (Date.now() - anchor.current.at) * anchor.current.rate,
      rate,
    }),
    [rate],
  );
  return (
    <ClockContext.Provider value={value}>
      <TickContext.Provider value={tick}>{children}</TickContext.Provider>
    </ClockContext.Provider>
  );
}

export function useFleetNow(): number {
  useContext(TickContext);
  return useContext(ClockContext).now();
}

export function useClockRate(): number {
  return useContext(ClockContext).rate;
}

/**
 * "in 2 hours", with the exact moment on hover and for screen readers.
 *
 * @param real told by the machine's clock (records, sessions), not by the fleet's
 * @param zone the contact's zone, shown beside the viewer's
 */
export function When({
  at,
  real,
  zone,
  due,
  otherwise = '–',
}: {
  at: string | null | undefined;
  real?: boolean;
  zone?: string | null;
  /** Something that is to happen: once its time has come it is due, not past. */
  due?: boolean;
  otherwise?: string;
}) {
  const fleetNow = useFleetNow();
  if (!at) {
    return <span className="faint">{otherwise}</span>;
  }
  const moment = Date.parse(at);
  const theirs = zone ? ` · ${exact(moment, zone)} in ${zoneCity(zone)}` : '';
  const title = `${exact(moment)}${theirs}`;
  return (
    <time dateTime={at} title={title} className="num">
      {due && moment <= fleetNow ? 'due now' : relative(moment, real ? Date.now() : fleetNow)}
      <span className="visually-hidden">, {title}</span>
    </time>
  );
}

/** The clock's time in the viewer's zone, and in the contact's where that differs. */
export function AtTime({ at, zone }: { at: string; zone?: string | null }) {
  const moment = Date.parse(at);
  const mine = clockTime(moment);
  const theirs = zone ? clockTime(moment, zone) : mine;
  return (
    <time dateTime={at} title={exact(moment)} className="num">
      {mine}
      {zone && theirs !== mine && (
        <span className="faint">
          {' '}
          · {theirs} {zoneCity(zone)}
        </span>
      )}
    </time>
  );
}

/** "Tue 24 Nov, 10:02": where many moments stand below each other. */
export function Stamp({ at, zone }: { at: string; zone?: string | null }) {
  const moment = Date.parse(at);
  return (
    <time
      dateTime={at}
      title={`${exact(moment)}${zone ? ` · ${exact(moment, zone)} in ${zoneCity(zone)}` : ''}`}
      className="num nowrap"
    >
      {shortDay(moment)}, {clockTime(moment)}
    </time>
  );
}
