namespace Observability.Collector.Receiving.Otlp.Rows;

/// <summary>
/// What the records of all signals are enclosed by, as the readers of both encodings announce it: a resource, whole before its scopes, and a scope, whole
/// before its records.
/// </summary>
internal interface IOtlpRows
{
    /// <summary>Forgets the request before; the values hold the new one.</summary>
    void Reset(ReceiveLimits limits);

    void BeginResource();

    void AddResourceAttribute(OtlpAttribute attribute);

    void EndResource();

    /// <summary>Every record of the resource is read.</summary>
    void LeaveResource();

    void BeginScope();

    /// <summary>Also name and version of the scope, under the names of <see cref="OtlpScope"/>.</summary>
    void AddScopeAttribute(OtlpAttribute attribute);
}
