/**
 * The day of the catalog's facts: its newest ones (the image release that shows EKS offering Kubernetes 1.37, the patch releases of
 * October) were read by 2026-11-01. Each file in `data/` says where its rows are from; older rows carry their own dates. An embedded
 * AWS starts on this day, so that what was recorded with these facts does not change as versions end.
 */
export const catalogDate = '2026-11-01';
