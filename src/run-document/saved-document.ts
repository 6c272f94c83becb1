import type { ChurnDocument } from './churn-document.js';
import type { ReproduceDocument } from './reproduce-document.js';
import type { ImportedDocument, RunDocument } from './run-document.js';

/** A document as it was saved and read back. */
export type SavedDocument =
  | { readonly kind: 'run'; readonly document: RunDocument }
  | { readonly kind: 'imported'; readonly document: ImportedDocument }
  | { readonly kind: 'churn'; readonly document: ChurnDocument }
  | { readonly kind: 'reproduce'; readonly document: ReproduceDocument };
