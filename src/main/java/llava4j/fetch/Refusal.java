package llava4j.fetch;

import java.net.http.HttpHeaders;
import llava4j.error.UserError;

/**
 * The hub's refusals in words, each with what to do.
 *
 * <p>The reason stands in the header {@code X-Error-Code}. What one would get wrong: the hub answers 401, not 404, for a
 * repository that does not exist, so as not to tell which private ones do; "set a token" alone would send the user who
 * misspelt a name the wrong way.
 */
final class Refusal {

    private static final String TOKENS = "https://huggingface.co/settings/tokens";

    private Refusal() {
    }

    /**
     * {@return the error}
     *
     * @param settings whose hub and whether with a token
     * @param repo     that was asked for
     * @param status   4xx
     * @param headers  of the answer
     */
    static UserError of(HubSettings settings, HubRepo repo, int status, HttpHeaders headers) {
        String page = settings.endpoint() + repo.page();
        String hub = settings.endpoint().getHost();
        String code = headers.firstValue("X-Error-Code").orElse("");
        boolean token = settings.token().isPresent();
        if (status == 407) {
            return new UserError("the proxy wants a name and a password: set HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT");
        }
        if (code.equals("GatedRepo") || status == 403 && !token) {
            return UserError.of(token ? "%s is gated, and the account of HF_TOKEN has no access yet: accept the licence on %s "
                    + "with this account, and let the token read gated repositories (%s)"
                    : "%s is gated: accept the licence on its page, %s, and set HF_TOKEN to a token of that account (%s)",
                    repo, page, TOKENS);
        }
        if (status == 401) {
            return UserError.of(token ? "%s: %s does not accept HF_TOKEN for it: there is no such repository, or it is "
                    + "private, or the token has run out: compare the name with %s and the token with %s"
                    : "%s: %s has no such repository, or it is private or gated: compare the name with %s; if it is gated, "
                    + "accept the licence on that page and set HF_TOKEN (%s)", repo, hub, page, TOKENS);
        }
        if (status == 403) {
            return UserError.of("%s: %s forbids it to the account of HF_TOKEN: accept the licence on %s, or let the token "
                    + "read this repository (%s)", repo, hub, page, TOKENS);
        }
        if (status == 404) {
            return UserError.of(code.equals("RevisionNotFound") ? "%s: has no such revision: the branches and tags are "
                    + "listed on %s" : "%s: not found on the hub: compare the name, and the revision if one is given, with %s",
                    repo, page);
        }
        return UserError.of("%s: %s answers %d%s: compare the name with %s", repo, hub, status,
                code.isEmpty() ? "" : " (" + code.replaceAll("\\W", "") + ")", page);
    }
}
