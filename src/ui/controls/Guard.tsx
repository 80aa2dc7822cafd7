import { Component, type ErrorInfo, type ReactNode } from 'react';

interface GuardProps {
  readonly children: ReactNode;
  /** What stands in its place. */
  readonly instead: (failure: string) => ReactNode;
}

/** Keeps a fault in one part of the page from taking the rest of it away. React knows of no other way than a class. */
export class Guard extends Component<GuardProps, { readonly failure: string | null }> {
  override readonly state: { readonly failure: string | null } = { failure: null };

  static getDerivedStateFromError(error: unknown) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    console.error(error, componentStack);
  }

  override render() {
    const { failure } = this.state;
    return failure === null ? this.props.children : this.props.instead(failure);
  }
}
