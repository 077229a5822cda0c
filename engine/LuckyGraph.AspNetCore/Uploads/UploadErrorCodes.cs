namespace LuckyGraph.AspNetCore.Uploads;

/// <summary>
/// The stable codes of multipart requests that cannot be executed, status 400 unless said otherwise. What is too large or too
/// much is <see cref="LuckyGraph.Engine.Execution.ErrorCodes.Limit"/> with status 413.
/// </summary>
public static class UploadErrorCodes
{
    /// <summary>The body is no multipart form: no boundary, cut off, a part without name, a file sent twice.</summary>
    public const string Malformed = "UPLOAD_MALFORMED";
    /// <summary>The first part is not the field <c>operations</c>.</summary>
    public const string OperationsMissing = "UPLOAD_OPERATIONS_MISSING";
    /// <summary>The second part is not the field <c>map</c>.</summary>
    public const string MapMissing = "UPLOAD_MAP_MISSING";
    /// <summary>The map is not a JSON object of lists of paths, or it names a file or a path twice.</summary>
    public const string MapInvalid = "UPLOAD_MAP_INVALID";
    /// <summary>A path of the map does not exist in the operations' variables, or is not null there.</summary>
    public const string PathInvalid = "UPLOAD_PATH_INVALID";
    /// <summary>A file that the map names was not sent.</summary>
    public const string FileMissing = "UPLOAD_FILE_MISSING";
}
