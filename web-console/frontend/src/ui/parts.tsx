import {
  type ButtonHTMLAttributes,
  type FormEvent,
  type ReactNode,
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Link } from 'react-router';
import { Problem } from '../api/client';
import { type Look, faultWords, initials, look } from '../format/words';
import { Icon } from './icon';

// ---------------------------------------------------------------- buttons

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  size?: 'normal' | 'small';
  icon?: string;
  busy?: boolean;
}

export function Button({ kind = 'plain', size = 'normal', icon, busy, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className="button"
      data-kind={kind}
      data-size={size}
      data-icon={children === undefined ? true : undefined}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span className="spin" aria-hidden="true" /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

export function LinkButton({
  to,
  icon,
  kind = 'plain',
  children,
}: {
  to: string;
  icon?: string;
  kind?: 'plain' | 'primary';
  children: ReactNode;
}) {
  return (
    <Link className="button" data-kind={kind} to={to}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

// ---------------------------------------------------------------- badges

export function Badge({ look: { word, tone, icon }, title }: { look: Look; title?: string }) {
  return (
    <span className="badge" data-tone={tone} title={title}>
      <Icon name={icon} size={13} />
      {word}
    </span>
  );
}

export function State({ of, kind }: { of: string | null | undefined; kind: 'enrollment' | 'dispatch' | 'delivery' }) {
  return <Badge look={look(kind, of)} />;
}

export function ChannelBadge({ channel }: { channel: string }) {
  return <Badge look={look('channel', channel)} />;
}

export function Avatar({ name, size, square }: { name: string; size?: 'large'; square?: boolean }) {
  return (
    <span className="avatar" data-size={size} data-square={square || undefined} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

// ---------------------------------------------------------------- surfaces

export function Card({
  title,
  note,
  actions,
  children,
  flush,
}: {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={title ? id : undefined}>
      {title && (
        <header className="card-head">
          <h2 id={id}>{title}</h2>
          {note && <span className="small muted">{note}</span>}
          {actions}
        </header>
      )}
      {flush ? children : <div className="card-body">{children}</div>}
    </section>
  );
}

export function PageHead({
  title,
  children,
  actions,
  back,
}: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; word: string };
}) {
  return (
    <header className="page-head">
      <div>
        {back && (
          <Link className="crumb" to={back.to}>
            <Icon name="left" size={14} />
            {back.word}
          </Link>
        )}
        <h1>{title}</h1>
        {children}
      </div>
      {actions && <div className="actions">{actions}</div>}
    </header>
  );
}

export function useTitle(title: string | null | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Omnify` : 'Omnify Sequencer';
  }, [title]);
}

/** A number that opens the rows behind it. */
export function Figure({
  label,
  value,
  note,
  to,
  tone,
  icon,
}: {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  to?: string;
  tone?: 'bad' | 'warn' | 'good';
  icon?: string;
}) {
  const inside = (
    <>
      <span className="figure-label">
        {icon && <Icon name={icon} size={15} />}
        {label}
      </span>
      <span className="figure-value">{value}</span>
      {note && <span className="figure-note">{note}</span>}
    </>
  );
  return to ? (
    <Link className="figure" data-tone={tone} to={to}>
      {inside}
    </Link>
  ) : (
    <div className="figure" data-tone={tone}>
      {inside}
    </div>
  );
}

export function Empty({
  icon,
  title,
  children,
  actions,
}: {
  icon: string;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-mark">
        <Icon name={icon} size={22} />
      </span>
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {actions && <div className="actions">{actions}</div>}
    </div>
  );
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="skeleton" style={{ width: `${92 - ((i * 23) % 45)}%` }} />
      ))}
    </div>
  );
}

export function Notice({
  tone,
  title,
  children,
  actions,
}: {
  tone: 'bad' | 'warn' | 'info';
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={tone === 'info' ? 'info' : 'alert'} />
      <div className="stack" data-gap="small">
        {title && <strong className="strong">{title}</strong>}
        {children && <div className="muted">{children}</div>}
        {actions && <div className="actions">{actions}</div>}
      </div>
    </div>
  );
}

/** What happened and what to do, from whatever was thrown. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  return (
    <Notice
      tone="bad"
      title={problem?.title ?? 'That did not work'}
      actions={
        retry && (
          <Button size="small" icon="retry" onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {problem?.faults.map((fault) => (
        <p key={fault.field + fault.message}>
          <code>{fault.field}</code>: {faultWords(fault)}
        </p>
      ))}
      {problem?.fix && <p>{problem.fix}</p>}
    </Notice>
  );
}

/** One of: waiting, failed, the thing itself. Old data stays on screen while new data is asked for. */
export function Loaded<T>({
  query,
  children,
  lines,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
  lines?: number;
}) {
  if (query.data !== undefined) {
    return <>{children(query.data)}</>;
  }
  if (query.error) {
    return (
      <div className="card-body">
        <ErrorNotice error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <div className="card-body">
      <Skeleton lines={lines} />
    </div>
  );
}

// ---------------------------------------------------------------- forms

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: { message: string; fix?: string | null } | string | null;
  children: (props: { id: string; 'aria-invalid'?: boolean; 'aria-describedby'?: string }) => ReactNode;
}

/** A label, a control, a hint and a fault, tied together for everyone. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const fault = typeof error === 'string' ? { message: error, fix: null } : error;
  const described = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': fault ? true : undefined,
        'aria-describedby': described || undefined,
      })}
      {hint && (
        <span className="field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault && (
        <span className="field-fault" id={`${id}-fault`}>
          <Icon name="alert" size={14} />
          <span>
            {faultWords(fault)}
          </span>
        </span>
      )}
    </div>
  );
}

/** A request that a form makes: whether it is under way, and what came back wrong. */
export interface Sending {
  busy: boolean;
  error: unknown;
  /** The error where it names what is wrong with the form. */
  known: Problem | null;
  send: (request: () => Promise<unknown>) => void;
}

export function useSending(): Sending {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = error instanceof Problem ? error : null;
  const send = (request: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    request()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { busy, error, known, send };
}

/** A form in a dialog: what is wrong above its fields, unless they say it themselves, and its way out below. */
export function FormDialog({
  title,
  action,
  kind = 'primary',
  disabled,
  faultsAbove,
  shape,
  sending,
  onClose,
  onSubmit,
  children,
}: {
  title: string;
  action: string;
  kind?: 'primary' | 'danger';
  disabled?: boolean;
  /** its fields do not show what is wrong with them */
  faultsAbove?: boolean;
  shape?: 'box';
  sending: Sending;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const { busy, error, known } = sending;
  return (
    <Dialog
      title={title}
      shape={shape}
      onClose={onClose}
      onSubmit={onSubmit}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={kind} type="submit" busy={busy} disabled={disabled}>
            {action}
          </Button>
        </>
      }
    >
      {error !== null && (faultsAbove || !known?.faults.length) && <ErrorNotice error={error} />}
      {children}
    </Dialog>
  );
}

/** A modal panel from the right (or a box). Escape and the backdrop close it; focus returns by itself. */
export function Dialog({
  title,
  onClose,
  onSubmit,
  foot,
  shape,
  children,
}: {
  title: string;
  onClose: () => void;
  onSubmit?: () => void;
  foot?: ReactNode;
  shape?: 'box';
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // the first thing to fill in, rather than the way out
      dialog.querySelector<HTMLElement>('.dialog-body :is(input, select, textarea):not([type=checkbox])')?.focus();
    }
  }, []);
  const inside = (
    <>
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="cross" aria-label="Close" onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {foot && <footer className="dialog-foot">{foot}</footer>}
    </>
  );
  return (
    <dialog
      ref={ref}
      className="dialog"
      data-shape={shape}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) {
          onClose();
        }
      }}
    >
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        <div className="dialog-frame">{inside}</div>
      )}
    </dialog>
  );
}

/** A button with a list below (or above) it. Arrow keys move, Escape closes. */
export function Menu({
  label,
  side,
  trigger,
  children,
}: {
  label: string;
  side?: 'up';
  trigger: (props: {
    onClick: () => void;
    'aria-haspopup': 'menu';
    'aria-expanded': boolean;
  }) => ReactNode;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) {
      return;
    }
    const box = ref.current;
    const items = () => Array.from(box?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []);
    (items().find((item) => item.getAttribute('aria-checked') === 'true') ?? items()[0])?.focus();
    const onDown = (event: MouseEvent) => {
      if (!box?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    const onKey = (event: KeyboardEvent) => {
      const all = items();
      const at = all.indexOf(document.activeElement as HTMLElement);
      if (event.key === 'Escape') {
        setOpen(false);
        box?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        all[(at + step + all.length) % all.length]?.focus();
      } else if (event.key === 'Tab') {
        setOpen(false);
      }
    };
    document.addEventListener('mousedown', onDown);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('mousedown', onDown);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  return (
    <div className="menu" ref={ref}>
      {trigger({ onClick: () => setOpen(!open), 'aria-haspopup': 'menu', 'aria-expanded': open })}
      {open && (
        <div className="menu-list" data-side={side} role="menu" aria-label={label}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}

// ---------------------------------------------------------------- toasts

interface Toast {
  id: number;
  tone: 'good' | 'bad';
  text: string;
  undo?: () => void;
}

const ToastContext = createContext<(text: string, options?: { tone?: 'good' | 'bad'; undo?: () => void }) => void>(
  () => {},
);

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const say = useCallback((text: string, options?: { tone?: 'good' | 'bad'; undo?: () => void }) => {
    const id = next.current++;
    setToasts((all) => [...all.slice(-3), { id, tone: options?.tone ?? 'good', text, undo: options?.undo }]);
    window.setTimeout(() => setToasts((all) => all.filter((toast) => toast.id !== id)), 7000);
  }, []);
  const close = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id));
  return (
    <ToastContext.Provider value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className="toast" data-tone={toast.tone}>
            <Icon name={toast.tone === 'good' ? 'check' : 'alert'} />
            <div>{toast.text}</div>
            {toast.undo && (
              <Button
                size="small"
                onClick={() => {
                  toast.undo?.();
                  close(toast.id);
                }}
              >
                Undo
              </Button>
            )}
            <Button kind="quiet" size="small" icon="cross" aria-label="Dismiss" onClick={() => close(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}

export function useToast() {
  return useContext(ToastContext);
}

/** Runs something that may fail, says so either way. */
export function useAction(): {
  busy: string | null;
  run: (name: string, action: () => Promise<unknown>, done?: string, undo?: () => void) => Promise<boolean>;
} {
  const say = useToast();
  const [busy, setBusy] = useState<string | null>(null);
  const run = useCallback(
    async (name: string, action: () => Promise<unknown>, done?: string, undo?: () => void) => {
      setBusy(name);
      try {
        await action();
        if (done) {
          say(done, { undo });
        }
        return true;
      } catch (error) {
        const fix = error instanceof Problem && error.fix ? ` ${error.fix}` : '';
        const faults =
          error instanceof Problem ? error.faults.map((fault) => ` ${fault.field}: ${fault.message}`).join('') : '';
        say((error instanceof Error ? error.message : String(error)) + faults + fix, { tone: 'bad' });
        return false;
      } finally {
        setBusy(null);
      }
    },
    [say],
  );
  return useMemo(() => ({ busy, run }), [busy, run]);
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      size="small"
      icon={copied ? 'check' : 'copy'}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          window.setTimeout(() => setCopied(false), 2000);
        });
      }}
    >
      {copied ? 'Copied' : label}
    </Button>
  );
}

export function Meter({ value, max = 100, label }: { value: number; max?: number; label: string }) {
  return (
    <div className="meter" role="meter" aria-valuenow={value} aria-valuemin={0} aria-valuemax={max} aria-label={label}>
      <i style={{ width: `${Math.max(0, Math.min(100, (value / max) * 100))}%` }} />
    </div>
  );
}

/** Loads page after page of a cursor list on demand. */
export function MoreButton({
  query,
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  if (!query.hasNextPage) {
    return null;
  }
  return (
    <div className="more">
      <Button size="small" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
