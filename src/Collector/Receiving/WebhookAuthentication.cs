using Observability.Collector.Receiving.Signatures;
using Observability.Collector.Sources;
using Observability.Configuration;
using Observability.ServiceDefaults.Access;

namespace Observability.Collector.Receiving;

/// <summary>
/// Who may post to a webhook: with a secret in sources.yaml, whoever signs with it; without one, holders of an API key with the role ingest, or this
/// machine alone when there is no access.yaml.
/// </summary>
internal sealed class WebhookAuthentication(AccessGate gate, SignatureVerifier verifier, IFileReader files)
{
    /// <summary>Null when the signature will decide.</summary>
    public AccessVerdict? JudgeKey(HttpContext context, SourceEndpoint? endpoint) => endpoint?.Secret is null ? gate.Judge(context, AccessRoles.Ingest) : null;

    /// <summary>Null when the sender is who it says, or when a key has decided already.</summary>
    public Refusal? VerifySignature(HttpContext context, ISource source, SourceEndpoint? endpoint, ReadOnlySpan<byte> rawBody)
    {
        if (endpoint?.Secret is not { } secret)
        {
            return null;
        }
        var secrets = new List<string>(2);
        foreach (var candidate in (Secret?[])[secret, endpoint.PreviousSecret])
        {
            if (candidate is null)
            {
                continue;
            }
            var reading = candidate.Read(files);
            if (reading.Value is { } value)
            {
                secrets.Add(value);
            }
            else if (ReferenceEquals(candidate, secret))
            {
                return new Refusal(RefusalKind.Unavailable, $"endpoint '{endpoint.Name}' cannot check signatures: {reading.Problem}");
            }
        }
        var verdict = verifier.Verify(source.Signature, context.Request.Headers, rawBody, secrets);
        if (verdict == SignatureVerdict.Verified)
        {
            context.SetActor(Actor.OfSignature(endpoint.Name));
            return null;
        }
        return new Refusal(RefusalKind.Forged, verdict switch
        {
            SignatureVerdict.Missing => $"the header {source.Signature.Header} is missing; endpoint '{endpoint.Name}' has a secret, so deliveries must be signed with it",
            SignatureVerdict.Unreadable => $"the header {source.Signature.Header} is not '{source.Signature.Prefix}' followed by hexadecimal digits",
            SignatureVerdict.Stale => "the signature's time is more than five minutes from now",
            _ => $"the signature does not match; is the secret of endpoint '{endpoint.Name}' the same on both sides?",
        });
    }
}
