//! The rules of the guide, one file each. The name of a test begins with the number of its rule.

mod r01_new_session;
mod r02_rejected_cookie;
mod r03_verified_when_touched;
mod r04_cookie_headers;
mod r05_several_cookies;
mod r06_quotes_and_size;
mod r07_real_change;
mod r08_failed_call;
mod r09_size_limit;
mod r10_after_the_response;
mod r11_code_of_others;
mod r11_shared_handles;
mod r12_set_cookie;
mod r13_removal;
mod r14_appended;
mod r15_vary;
mod r16_cache_control;
mod r17_error_responses;
mod r18_requests_at_once;
mod r19_name_path_domain;
mod r20_needs_secure;
mod r21_name_prefixes;
mod r22_lifetime_options;
mod r23_keys;
mod r24_nothing_leaks;
mod r25_same_name;
