namespace Observability.Notifier.Channels.Preview;

/// <summary>Sends nothing: the notice is kept and shown in the Portal as it would look. What a first run has instead of a token.</summary>
internal sealed class PreviewChannel : IChannel
{
    public string Kind => "preview";

    /// <summary>Nothing leaves the process; two are enough to keep the disk busy.</summary>
    public int MostAtOnce => 2;

    public Task<DeliveryResult> AttemptAsync(Delivery delivery, CancellationToken cancellationToken) => Task.FromResult(DeliveryResult.Success);
}
