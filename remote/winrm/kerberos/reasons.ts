import type { GssError } from './gss-error';
import { routineErrors } from './gss-error';

/** Why there is no ticket, or why a host did not take one; `facts.reason` of the Failure. */
export type KerberosReason =
  | 'account-disabled'
  | 'bindings'
  | 'cache-unreadable'
  | 'cipher'
  | 'clock-skew'
  | 'configuration'
  | 'expired'
  | 'kdc-unreachable'
  | 'keytab'
  | 'no-realm'
  | 'no-spn'
  | 'no-ticket'
  | 'other'
  | 'password-expired'
  | 'policy'
  | 'replayed'
  | 'unknown-principal'
  | 'unknown-realm'
  | 'wrong-host'
  | 'wrong-key'
  | 'wrong-password';

/** RFC 4120, 7.5.9; from 128 on codes of the library (krb5.h). */
const reasonOfKrb5: { readonly [code: number]: KerberosReason } = {
  1: 'account-disabled', // KDC_ERR_NAME_EXP
  6: 'unknown-principal', // KDC_ERR_C_PRINCIPAL_UNKNOWN
  7: 'no-spn', // KDC_ERR_S_PRINCIPAL_UNKNOWN
  12: 'policy', // KDC_ERR_POLICY: logon hours, workstations, protected users
  14: 'cipher', // KDC_ERR_ETYPE_NOSUPP
  18: 'account-disabled', // KDC_ERR_CLIENT_REVOKED: disabled, locked out, or expired
  21: 'account-disabled', // KDC_ERR_CLIENT_NOTYET
  23: 'password-expired', // KDC_ERR_KEY_EXPIRED
  24: 'wrong-password', // KDC_ERR_PREAUTH_FAILED
  26: 'no-spn', // KDC_ERR_SERVER_NOMATCH
  29: 'kdc-unreachable', // KDC_ERR_SVC_UNAVAILABLE
  31: 'wrong-key', // KRB_AP_ERR_BAD_INTEGRITY
  32: 'expired', // KRB_AP_ERR_TKT_EXPIRED
  33: 'clock-skew', // KRB_AP_ERR_TKT_NYV: not yet valid
  34: 'replayed', // KRB_AP_ERR_REPEAT
  35: 'wrong-host', // KRB_AP_ERR_NOT_US
  36: 'wrong-host', // KRB_AP_ERR_BADMATCH
  37: 'clock-skew', // KRB_AP_ERR_SKEW
  41: 'wrong-host', // KRB_AP_ERR_MODIFIED: made for another account's key
  44: 'wrong-host', // KRB_AP_ERR_BADKEYVER
  45: 'wrong-host', // KRB_AP_ERR_NOKEY
  68: 'unknown-realm', // KDC_ERR_WRONG_REALM
  135: 'configuration', // KRB5_CONFIG_CANTOPEN
  136: 'configuration', // KRB5_CONFIG_BADFORMAT
  139: 'cache-unreadable', // KRB5_CC_BADNAME
  140: 'cache-unreadable', // KRB5_CC_UNKNOWN_TYPE
  141: 'no-ticket', // KRB5_CC_NOTFOUND
  142: 'no-ticket', // KRB5_CC_END
  143: 'no-ticket', // KRB5_NO_TKT_SUPPLIED
  144: 'wrong-host', // KRB_AP_WRONG_PRINC
  148: 'clock-skew', // KRB5_KDCREP_SKEW
  154: 'unknown-realm', // KRB5_REALM_UNKNOWN: no KDC is known for it
  156: 'kdc-unreachable', // KRB5_KDC_UNREACH
  179: 'keytab', // KRB5_KT_BADNAME
  180: 'keytab', // KRB5_KT_UNKNOWN_TYPE
  181: 'keytab', // KRB5_KT_NOTFOUND
  182: 'keytab', // KRB5_KT_END
  184: 'keytab', // KRB5_KT_IOERR
  193: 'cache-unreadable', // KRB5_CC_IO
  194: 'cache-unreadable', // KRB5_FCC_PERM
  195: 'no-ticket', // KRB5_FCC_NOFILE
  199: 'cache-unreadable', // KRB5_CC_FORMAT
  200: 'cipher', // KRB5_CC_NOT_KTYPE
  203: 'no-ticket', // KRB5_NOCREDS_SUPPLIED
  209: 'keytab', // KRB5_PREAUTH_NO_KEY
  212: 'cache-unreadable', // KRB5_CCACHE_BADVNO
  220: 'unknown-realm', // KRB5_REALM_CANT_RESOLVE
  224: 'unknown-realm', // KRB5_CONFIG_NODEFREALM
  230: 'keytab', // KRB5_KT_KVNONOTFOUND
  235: 'keytab', // KRB5_KT_FORMAT
  236: 'cipher', // KRB5_NOPERM_ETYPE
  237: 'cipher', // KRB5_CONFIG_ETYPE_NOSUPP
};

/** gssapi_err_krb5.et */
const reasonOfMechanism: { readonly [code: number]: KerberosReason } = {
  0: 'no-ticket', // KG_CCACHE_NOMATCH: the cache is of somebody else
  1: 'keytab', // KG_KEYTAB_NOMATCH
  2: 'no-ticket', // KG_TGT_MISSING
  12: 'no-ticket', // KG_EMPTY_CCACHE
};

/** Decided on numbers: the mechanism's code says more than the routine error of the GSSAPI. */
export function reasonOf(error: GssError): KerberosReason {
  const { krb5Code, mechanismCode, routineError } = error;
  if (routineError === routineErrors.credentialsExpired) return 'expired';
  if (routineError === routineErrors.badBindings) return 'bindings';
  if (krb5Code !== null) return reasonOfKrb5[krb5Code] ?? 'other';
  if (mechanismCode !== null) return reasonOfMechanism[mechanismCode] ?? 'other';
  return routineError === routineErrors.noCredential ? 'no-ticket' : 'other';
}
